"""``manage.py unlock_sign_in NAME``: clear the failed sign-ins of a user name."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from chat.accounts.rate_limits import unlock


class Command(BaseCommand):
    help = "Unlock a user name after too many wrong passwords."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name to unlock")

    def handle(self, *args: object, name: str, **options: object) -> None:
        count = unlock(name)
        self.stdout.write(f"Cleared failed sign-ins from {count} address(es).")
