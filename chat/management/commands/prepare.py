"""``manage.py prepare``: everything between an installed Oliver and a running one.

``make run`` calls it each time, so it does nothing that is done already and stays quiet about it.
One process instead of four: Django's start is most of what each command would cost.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate the database, load the library, collect static files, create the first user."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_library", stdout=self.stdout)
        call_command("purge_deleted", stdout=self.stdout)
        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("create_admin", stdout=self.stdout)
