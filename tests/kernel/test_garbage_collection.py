"""The memory of a streaming process: what threads free is used again."""

import subprocess
import sys

import pytest

from tests.support.eventually import PATIENCE_S

_PROBE = """
import ctypes, threading
import chat.kernel.garbage_collection

chat.kernel.garbage_collection.settle()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
print(hex(libc.malloc(40_000)))

def say():
    print(hex(libc.malloc(40_000)))

thread = threading.Thread(target=say)
thread.start()
thread.join()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the call is glibc's")
def test_threads_share_one_heap() -> None:
    """A heap of its own would be in a separate mapping, terabytes away."""
    told = subprocess.run(
        [sys.executable, "-c", _PROBE],
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    ).stdout.split()
    ours, the_threads = (int(address, 16) for address in told)
    assert abs(ours - the_threads) < 1 << 30
