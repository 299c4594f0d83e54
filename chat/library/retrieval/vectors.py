"""The passages' vectors: in the database, filled from a file that comes with the library.

Making a vector takes a tenth of a second, so those of the bundled notes are shipped
(``content/vectors.npz``, written by ``manage.py load_library --write-vectors``), and only what
an operator has changed is computed. A vector belongs to the text: one whose text has changed is
never used. Called by ``loading`` and ``index``.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chat.library.models import PassageVector
from chat.library.retrieval.meaning import DIMENSIONS, has_model, passage_vector
from chat.library.retrieval.note_files import LIBRARY_DIR

SHIPPED = LIBRARY_DIR / "vectors.npz"

#: Names the model and the scale: a digest of another model's vector never fits.
_MODEL = "multilingual-e5-small-q4/508"
#: A component is within a quarter of 1; so one byte keeps it to a thousandth.
_SCALE = 508


def digest_of(text: str) -> str:
    return hashlib.sha256(f"{_MODEL}\n{text}".encode()).hexdigest()


def store_vectors(texts: Sequence[str]) -> None:
    """Make the table hold exactly the vectors of these texts, as far as they can be had."""
    wanted = {digest_of(text): text for text in texts}
    stored = set(PassageVector.objects.values_list("digest", flat=True))
    PassageVector.objects.filter(digest__in=stored - wanted.keys()).delete()
    if lacking := {digest: wanted[digest] for digest in wanted.keys() - stored}:
        found = _made(lacking, _shipped(SHIPPED))
        PassageVector.objects.bulk_create(
            PassageVector(digest=digest, vector=vector) for digest, vector in found.items()
        )


def _made(lacking: Mapping[str, str], shipped: Mapping[str, bytes]) -> dict[str, bytes]:
    found = {digest: shipped[digest] for digest in lacking.keys() & shipped.keys()}
    if has_model():
        for digest in lacking.keys() - found.keys():
            found[digest] = _packed(passage_vector(lacking[digest]))
    return found


def _packed(vector: NDArray[np.float32]) -> bytes:
    return np.clip(np.round(vector * _SCALE), -127, 127).astype(np.int8).tobytes()


def _shipped(file: Path) -> Mapping[str, bytes]:
    if not file.exists():
        return {}
    with np.load(file, allow_pickle=False) as stored:
        return {
            bytes(digest).hex(): vector.tobytes()
            for digest, vector in zip(stored["digests"], stored["vectors"], strict=True)
        }


def write_shipped(file: Path = SHIPPED) -> int:
    """Write the table's vectors to the file that is shipped."""
    rows = list(PassageVector.objects.order_by("digest").values_list("digest", "vector"))
    digests = [np.frombuffer(bytes.fromhex(digest), np.uint8) for digest, _ in rows]
    vectors = [np.frombuffer(bytes(vector), np.int8) for _, vector in rows]
    np.savez(file, digests=np.stack(digests), vectors=np.stack(vectors))
    return len(rows)


def matrix_of(texts: Iterable[str]) -> NDArray[np.float32]:
    """A row for each text; zeros for one that has no vector yet."""
    stored = dict(PassageVector.objects.values_list("digest", "vector"))
    empty = bytes(DIMENSIONS)
    rows = [np.frombuffer(bytes(stored.get(digest_of(text), empty)), np.int8) for text in texts]
    matrix = np.array(rows, dtype=np.float32).reshape(-1, DIMENSIONS)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: NDArray[np.float32] = matrix / np.maximum(lengths, 1e-6)
    return unit
