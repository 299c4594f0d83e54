"""Accounts: sign-in, sessions, preferences, API tokens, rate limits."""
