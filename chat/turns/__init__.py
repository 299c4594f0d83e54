"""Use cases of a turn: start, run, stop, retry, recover. Only this room knows assistant and log."""
