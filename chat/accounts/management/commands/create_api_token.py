"""``manage.py create_api_token USER``: a bearer token for the API, shown once."""

from argparse import ArgumentParser

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from chat.accounts.models import ApiToken


class Command(BaseCommand):
    help = "Create a bearer token for the API. It is shown once and stored as a hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="user name of the owner")

    def handle(self, *args: object, user: str, **options: object) -> None:
        """Only the secret goes to stdout, so that scripts can capture it."""
        _, secret = ApiToken.issue(_active_user(user))
        self.stderr.write(
            "Copy this token now. You will not see it again. "
            "Revoke it at /admin/accounts/apitoken/.",
            self.style.NOTICE,
        )
        self.stdout.write(secret)


def _active_user(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user named {name!r}.")
    if not user.is_active:
        raise CommandError(f"The user {name!r} is inactive, so a token would not work.")
    return user
