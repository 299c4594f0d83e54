"""Stems of the words that carry meaning: for retrieval and for choosing quotes."""

import re
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")

#: Words that do not tell the topic of a question.
_STOP_TEXT = """
    a about after again all already also always am an and another any anyone anything are as ask
    at be been before being between both but by can can't cannot could did didn't do does
    doesn't doing don't each either else ever every exactly for from get gets getting give given
    go goes going got had happen happens has have having he her here him his how i if in into is
    isn't it its it's just kind know let like long look made make many may me mean means might
    more most much must my need needs no not now of off ok okay on once one only or other our
    out over own please polite politely put really right say says see shall she should show so some
    somebody someone something sort still such take tell than thank thanks that the their them then
    there these they thing things this those to too under until up upon us use using very want was
    way we well went were what what's when where whether which while who whom whose why will with
    without won't would yes yet you your
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())


def words(text: str) -> list[str]:
    """Lower-case words and numbers, in order. "Don't file $10,000" -> don't, file, 10000."""
    return _WORD.findall(re.sub(r"(?<=\d),(?=\d)", "", text.lower()).replace("’", "'"))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """ "filing", "files" and "filed" -> "file"."""
    # A stemmer keeps state, so threads must not share one.
    return str(snowballstemmer.stemmer("english").stemWord(word.removesuffix("'s")))


def keywords(text: str) -> list[str]:
    """Stems of the words that carry meaning: unique, in order."""
    return list(dict.fromkeys(stem(word) for word in words(text) if word not in STOP_WORDS))
