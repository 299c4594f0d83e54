"""The fonts embedded in PDF exports, and the characters they cover."""

from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
#: In order of preference.
FAMILIES = (
    "DejaVu Sans",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Droid Sans Fallback",
    "NanumGothic",
    "Noto Emoji",
)
MONO = "DejaVu Sans Mono"
#: DejaVu covers everything below, so most texts skip the lookup.
_COVERED_BELOW = 0x0370


def missing_from(text: str) -> list[str]:
    """The characters of ``text`` that no font covers, sorted."""
    unusual = {char for char in text if ord(char) >= _COVERED_BELOW and not _is_invisible(char)}
    return sorted(unusual - _covered()) if unusual else []


def _is_invisible(char: str) -> bool:
    """Joiners, direction marks and variation selectors have no glyph."""
    code = ord(char)
    return (
        0x200B <= code <= 0x200F
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or 0xFE00 <= code <= 0xFE0F
        or code == 0xFEFF
        or 0xE0000 <= code <= 0xE0FFF
    )


@lru_cache(maxsize=1)
def _covered() -> frozenset[str]:
    found = set[str]()
    for path in FOLDER.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            found.update(map(chr, font.getBestCmap()))
    return frozenset(found)
