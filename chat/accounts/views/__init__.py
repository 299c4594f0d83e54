"""Pages of an account: signing in, password, settings."""
