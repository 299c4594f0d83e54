"""``manage.py prepare``: everything needed between installing Oliver and running it.

``make run`` calls it each time, so it is idempotent and quiet. One process instead of four, because
starting Django dominates the cost of each command.
"""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from chat.kernel.conf import conf

#: Prototypes kept all tables in one app, without migrations.
PROTOTYPE_TABLE = "chat_turn"


class Command(BaseCommand):
    help = "Migrate the database, load the library, collect static files and create the first user."

    def handle(self, *args: object, **options: object) -> None:
        _refuse_a_prototype()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_library", stdout=self.stdout)
        call_command("purge_deleted", stdout=self.stdout)
        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("create_admin", stdout=self.stdout)


def _refuse_a_prototype() -> None:
    if PROTOTYPE_TABLE in connection.introspection.table_names():
        raise CommandError(
            "This database was made by a prototype of Oliver and cannot be migrated. Move"
            f" {conf().data_dir} away, or name another database, and start again."
        )
