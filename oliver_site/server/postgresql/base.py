"""The PostgreSQL backend named in ``settings``. Django expects a module called ``base``.

After a server restart every pooled connection is dead. The pool's own checks try them one by one,
with pauses that double: with four of them, the first caller is told that the database is down
although it is back. Here one dead connection is enough to discard them all.
"""

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Lends working connections only. Replaces ``CONN_HEALTH_CHECKS``, which would check again."""

    def get_new_connection(self, conn_params: dict[str, object]) -> psycopg.Connection:
        connection: psycopg.Connection = super().get_new_connection(conn_params)
        pool: ConnectionPool | None = self.pool
        if pool is None or _works(connection):
            return connection
        pool.putconn(connection)
        pool.drain()
        fresh: psycopg.Connection = super().get_new_connection(conn_params)
        return fresh


def _works(connection: psycopg.Connection) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    return True
