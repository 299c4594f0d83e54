"""What every room may use, and which imports none: chunks, answer, errors, settings."""
