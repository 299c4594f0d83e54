"""``manage.py create_admin``: the first user of an empty database.

``make run`` calls it every time; it does nothing if there is any user.
"""

import secrets

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction

from chat.kernel.conf import conf

_NAME = "admin"
_RANDOM_BYTES = 12  # 16 characters: short enough to type, far too long to guess


class Command(BaseCommand):
    help = 'Create the user "admin" if there are no users, and print a random password once.'

    def handle(self, *args: object, **options: object) -> None:
        given = conf().admin_password
        password = given.get_secret_value() if given else secrets.token_urlsafe(_RANDOM_BYTES)
        if not _create(password):
            return
        if given:
            self.stdout.write(
                f"Created the user {_NAME} with the password from OLIVER_ADMIN_PASSWORD."
            )
        else:
            self.stdout.write(
                f"Created the user {_NAME} with the password {password}\n"
                "Save it now. You will not see it again."
            )


@transaction.atomic
def _create(password: str) -> bool:
    if User.objects.exists():
        return False
    User.objects.create_superuser(_NAME, password=password)
    return True
