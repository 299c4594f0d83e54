"""Numbers, dates, amounts and sections in a sentence that a passage does not contain.

    A bank must file within 60 calendar days [sar#due].    -> "60 calendar days"
    "30 business days", if the passage says "30 calendar days"
    "§ 1020.320(b)(4)", if it says "31 CFR 1020.320(b)(3)"

Matching is exact: a number may be anywhere in the passage, but with the same unit ("30 days" is not
"30 percent"). Numbers in words count only before a unit of time, as "one" is usually a pronoun.
Enumerators such as "(1)" and "Step 2" are ignored.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

_IN_WORDS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fourteen": 14,
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "forty-five": 45,
    "sixty": 60,
    "seventy": 70,
    "seventy-two": 72,
    "eighty": 80,
    "ninety": 90,
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SCALES = {"thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9, "b": 9}
_MOST_DIGITS = 30

_DIGITS = r"\d+(?:[.,]\d+)*"
_KIND = r"(?:calendar|business|working|banking|consecutive)"
_UNIT = r"(?:second|minute|hour|day|week|month|quarter|year)"
_WORD_NUMBER = "|".join(sorted(_IN_WORDS, key=len, reverse=True))
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ORDINAL = r"(?:st|nd|rd|th)"
_SCALE = r"(?:thousand|million|billion|bn|mn|k|m|b)"
_FACT = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)"
    rf"|(?P<slashed>\b\d{{1,2}}/\d{{1,2}}/\d{{4}}\b)"
    rf"|(?P<month_first>\b{_MONTH} (?:\d{{1,2}}{_ORDINAL}?(?:,? \d{{4}})?|\d{{4}})\b(?![.,]\d))"
    rf"|(?P<day_first>\b\d{{1,2}}(?:{_ORDINAL}|\.)? (?:of )?{_MONTH}(?:,? \d{{4}}\b)?)"
    rf"|(?P<section>\b\d+(?:\.\d+)*[a-z]?(?:\([a-z0-9]{{1,5}}\))+)"
    rf"|(?P<span>\b(?:{_DIGITS}|{_WORD_NUMBER})(?: \({_DIGITS}\))?[ -](?:{_KIND}[ -])?{_UNIT}s?\b)"
    rf"|(?P<percent>(?<![\w.,-]){_DIGITS} ?(?:%|per ?cent\b))"
    rf"|(?P<number>(?<![\w.,-]){_DIGITS}(?:{_ORDINAL}\b|[ -]?{_SCALE}\b)?|{_DIGITS})",
    re.IGNORECASE,
)
_NOT_THE_LAWS = re.compile(
    r"https?://\S+|\[\^[^\]\s]{1,40}\]|(?<![\w)])[(\[]\d{1,2}[)\]]"
    r"|\b(?:step|option|item|point|question|table|figure|tier|phase|schritt|punkt) \d{1,2}\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(_DIGITS)
_SPACE = re.compile(r"[\s\u00a0\u2009\u202f]+")
_DASH = re.compile("[‐‑‒–—−]")
_CURRENCY = re.compile(r"(?:US)?[$€£]\s?$")

_MAY_COUNT = re.compile(rf"\d|{_UNIT}", re.IGNORECASE)
_MOST_MISSING = 20

_Key = tuple[str, ...]


def numbers_missing(sentence: str, sources: Iterable[str]) -> list[str]:
    """Numbers in none of ``sources`` (passages with headings), as written; the first few only."""
    if not _MAY_COUNT.search(sentence):
        return []
    known = [_keys_of(source) for source in sources]
    seen, missing = set[str](), list[str]()
    for found in _FACT.finditer(text := _NOT_THE_LAWS.sub(" ", _plain(sentence))):
        if found[0] in seen:
            continue
        seen.add(found[0])
        readings = _readings(found)
        if readings and not any(reading in keys for reading in readings for keys in known):
            missing.append(_with_currency(text, found))
            if len(missing) == _MOST_MISSING:
                break
    return missing


def _with_currency(text: str, found: re.Match[str]) -> str:
    currency = _CURRENCY.search(text, max(0, found.start() - 4), found.start())
    return text[currency.start() if currency else found.start() : found.end()]


@lru_cache(maxsize=256)
def _keys_of(source: str) -> frozenset[_Key]:
    return frozenset(key for found in _FACT.finditer(_plain(source)) for key in _known(found))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", _DASH.sub("-", text)).replace("*", "").replace("\\", "")


def _readings(found: re.Match[str]) -> list[_Key]:
    kind, text = found.lastgroup, found[0].lower()
    if kind == "span":
        number, how, unit = _span(text)
        is_one = text.startswith(("a ", "an ", "a-", "an-"))
        return [] if is_one or not number else [("span", number, how, unit), ("bare", number)]
    if kind == "section":
        return [("section", text)]
    if kind == "percent":
        return [(how, value) for value in _values(text) for how in ("percent", "bare")]
    if kind == "number":
        return [("number", value) for value in _values(text)]
    return [("date", *_date(found))]


def _known(found: re.Match[str]) -> Iterator[_Key]:
    kind, text = found.lastgroup, found[0].lower()
    if kind == "span":
        number, how, unit = _span(text)
        yield from (("span", number, how, unit), ("span", number, "", unit), ("number", number))
    elif kind == "section":
        parts = text.split("(")
        yield from (("section", "(".join(parts[:end])) for end in range(2, len(parts) + 1))
        yield from (("number", parts[0]), ("bare", parts[0]))
    elif kind == "percent":
        yield from (key for value in _values(text) for key in ((kind, value), ("number", value)))
    elif kind == "number":
        for value in _values(text):
            yield from (("number", value), ("bare", value))
    else:
        month, day, year = _date(found)
        yield from (("date", month, day, ""), ("date", month, "", year), ("date", month, day, year))
        yield from (("number", part) for part in (day, year) if part)


def _span(text: str) -> tuple[str, str, str]:
    """``thirty (30) calendar days`` -> ``30``, ``calendar``, ``day``."""
    words = re.split(r"(?<!forty)(?<!seventy)[ -]", text)
    number = str(_IN_WORDS.get(words[0], "")) or next(iter(_values(words[0])), "")
    how = words[-2] if re.fullmatch(_KIND, words[-2]) else ""
    return number, how, words[-1].removesuffix("s")


def _values(text: str) -> list[str]:
    """``$1.5 million`` -> ``1500000``; ``10.000`` may be ten, or ten thousand in German."""
    found = _NUMBER.match(text)
    if found is None or len(found[0]) > _MOST_DIGITS:
        return []
    digits, scale = found[0], text[found.end() :].strip(" -")
    readings = [digits.replace(",", "")]
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        readings.append(digits.replace(".", ""))
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        readings.append(digits.replace(",", "."))
    return [_scaled(each, _SCALES.get(scale, 0)) for each in readings]


def _scaled(digits: str, zeros: int) -> str:
    if digits.count(".") > 1:
        return digits
    if zeros:
        digits = f"{Decimal(digits).scaleb(zeros):f}"
    if "." in digits and not digits.strip("0123456789").strip("."):
        whole, _, rest = digits.partition(".")
        digits = whole if not rest.strip("0") else digits
    return digits.lstrip("0") or "0"


def _date(found: re.Match[str]) -> tuple[str, str, str]:
    """Month, day and year as digits, empty where they are missing."""
    text = found[0].lower()
    numbers = [number.lstrip("0") for number in re.findall(r"\d+", text)]
    if found.lastgroup == "iso":
        return numbers[1], numbers[2], numbers[0]
    if found.lastgroup == "slashed":
        return numbers[0], numbers[1], numbers[2]
    name = re.search(_MONTH, text)
    month = str(_MONTHS.index(name[0][:3]) + 1) if name else ""
    day, year = (numbers[0], "".join(numbers[1:])) if len(numbers[0]) < 4 else ("", numbers[0])
    return month, day, year
