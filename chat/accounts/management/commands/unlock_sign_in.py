"""``manage.py unlock_sign_in NAME``: clear the failed sign-ins of a user name."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from chat.accounts.rate_limits import unlock


class Command(BaseCommand):
    help = "Forget the wrong passwords that were tried under a name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: object, name: str, **options: object) -> None:
        count = unlock(name)
        self.stdout.write(f"Forgot the tries from {count} address(es).")
