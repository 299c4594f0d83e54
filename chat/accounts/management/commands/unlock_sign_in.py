"""``manage.py unlock_sign_in NAME``: forget the wrong passwords that were tried under a name."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chat.accounts.rate_limits import unlock


class Command(BaseCommand):
    help = "Forget the wrong passwords that were tried under a name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        count = unlock(options["name"])
        self.stdout.write(f"Forgot the tries from {count} address(es).")
