"""Django's backend for PostgreSQL, with a pool that a restarted server does not hold up."""
