"""The backend that ``settings`` names for PostgreSQL; Django wants it in a module ``base``.

After a restart of the server every connection that the pool holds is dead. With its own checks the
pool tries them one after the other, with pauses that double: with four of them, who asks first is
told that the database is away, although it is back. Here one dead one is enough to let all go.
"""

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Lends connections that work; with ``CONN_HEALTH_CHECKS`` the pool would look as well."""

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
