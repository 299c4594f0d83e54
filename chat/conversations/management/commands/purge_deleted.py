"""``manage.py purge_deleted``: erase conversations whose retention after deletion has expired."""

from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from chat.conversations.deletion import purge_deleted
from chat.kernel.conf import conf


class Command(BaseCommand):
    help = "Permanently remove conversations deleted more than OLIVER_DELETED_KEPT_DAYS ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", action="store_true", help="remove all deleted conversations")

    def handle(self, *args: object, now: bool, **options: object) -> None:
        kept_days = 0 if now else conf().deleted_kept_days
        if count := purge_deleted(before=timezone.now() - timedelta(days=kept_days)):
            self.stdout.write(f"Deleted conversations permanently removed: {count}.")
