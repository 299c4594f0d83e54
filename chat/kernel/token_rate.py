"""How fast an answer was written: the one formula, for pages, the admin and the API."""


def tokens_per_second(
    tokens_out: int | None, *, first_token_ms: int | None, total_ms: int | None
) -> float | None:
    """Output tokens over the time from the first token to the end; None if unknown."""
    if not tokens_out or first_token_ms is None or total_ms is None or total_ms <= first_token_ms:
        return None
    return tokens_out * 1000 / (total_ms - first_token_ms)
