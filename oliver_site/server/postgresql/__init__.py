"""Django's PostgreSQL backend with a connection pool that recovers quickly from a server
restart.
"""
