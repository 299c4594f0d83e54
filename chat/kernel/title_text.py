"""Titles of conversations: from the first question, or from what a model wrote."""

import re

TITLE_CHARS = 80
#: A first sentence shorter than this ("Hello.") is joined with the next one.
_SHORT_CHARS = 20
_SENTENCE_END = re.compile(r"(\S*)[.!?…]+(?=\s+\S)")
_BEFORE_TEXT = re.compile(r"^(?:[#>*+\-•]+|\d+[.)])\s+")
_THINKING = re.compile(r"<(think\w*|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_LABEL = re.compile(r"^(?:title|titel)\s*:\s*", re.I)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*_`#|<>\[\]{}\\~]+")
_QUOTES = "\"'“”„‘’«»"


def title_of(question: str) -> str:
    """``# Hi there. How long do we have …?`` -> its first sentence, cut between words."""
    lines = (" ".join(_BEFORE_TEXT.sub("", line.strip()).split()) for line in question.splitlines())
    line = next((line for line in lines if any(map(str.isalnum, line))), " ".join(question.split()))
    # Limited, because the search for an end is quadratic in the length of one long word.
    return _cut(_first_sentence(line[: 2 * TITLE_CHARS]))


def clean_title(written: str) -> str:
    """A model's title as plain text in one line, or ""."""
    # Limited, because the search for links is quadratic, and a model may loop.
    text = _LINK.sub(r"\1", _THINKING.sub("", written)[: 10 * TITLE_CHARS])
    for line in text.splitlines():
        words = " ".join(_MARKS.sub(" ", line).split())
        words = _LABEL.sub("", words).strip(_QUOTES + " .:-")
        if any(map(str.isalpha, words)):
            return _cut("".join(char for char in words if char.isprintable()))
    return ""


def _first_sentence(line: str) -> str:
    for end in _SENTENCE_END.finditer(line):
        # "Sec. 5" and "the U.S. rule" continue.
        abbreviated = line[end.end() - 1] == "." and (len(end[1]) <= 3 or "." in end[1])
        if end.end() >= _SHORT_CHARS and not abbreviated:
            return line[: end.end()]
    return line


def _cut(text: str) -> str:
    if len(text) <= TITLE_CHARS:
        return text
    beginning = text[: TITLE_CHARS - 1]
    at_word, _, _ = beginning.rpartition(" ")
    return f"{(at_word if len(at_word) > TITLE_CHARS // 2 else beginning).rstrip(' ,;:-')}…"
