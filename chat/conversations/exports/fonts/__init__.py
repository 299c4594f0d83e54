"""The letters that PDF exports embed, and which of Unicode's they are."""

from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
#: In the order in which a letter is looked for.
FAMILIES = (
    "DejaVu Sans",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Droid Sans Fallback",
    "NanumGothic",
    "Noto Emoji",
)
MONO = "DejaVu Sans Mono"
#: DejaVu has all letters of Latin, Greek and Cyrillic: most texts need no look further.
_SURELY_THERE = 0x0370


def missing_from(text: str) -> list[str]:
    """The signs of ``text`` that no font has, sorted."""
    unusual = {sign for sign in text if ord(sign) >= _SURELY_THERE and not _is_invisible(sign)}
    return sorted(unusual - _covered()) if unusual else []


def _is_invisible(sign: str) -> bool:
    """Joiners, direction marks, variation selectors and the like have no shape."""
    code = ord(sign)
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
