"""Negations around a quote: words that turn its meaning, and that it must not leave outside.

A quote may begin and end within a sentence, but not so that a negation beside it is cut off:

    A teller must not |disclose to a customer|            "not" stands just before it
    No bank may |file such a report late|                 "no" reaches over the verb
    |A bank must file| unless the customer is exempt      an exception stands just after it
    A bank must |... not ...| file                        it was left out

Punctuation ends the reach of a negation, and so does an auxiliary verb that begins the quote
(``A bank that does not qualify |must file a report|``), except that of *no*, *nor* and *neither*.
``no later than 30 days`` and ``without delay`` are none, unless the quote cuts them in two.

Texts are as ``verbatim`` makes them: every word and sign stands between two blanks. English only,
as the library is.
"""

import re

#: How many words before a quote a negation reaches: "not be required to |file|".
_REACH_WORDS = 4
#: Long enough for that many words, and for a unit after a quote.
_REACH_CHARS = 100

_MEASURE = (
    r"(?:later|earlier|sooner|more|less|fewer|longer|shorter|greater|higher|lower|larger|smaller)"
    r" than "
)
_OVER_VERBS = rf"no(?! {_MEASURE})|nor|neither|none|nobody|nothing"
_NEGATION_WORDS = (
    rf"{_OVER_VERBS}|not(?! {_MEASURE}| only )|never|cannot|unless|except|excepting|excluding"
    r"|without(?! (?:undue |unreasonable )?delay )|\w+n't"
)
_NEGATION = re.compile(rf"(?<= )(?<! whether or )(?:{_NEGATION_WORDS})(?= )", re.IGNORECASE)
_NEGATION_OVER_VERBS = re.compile(rf"(?<= )(?:{_OVER_VERBS})(?= )", re.IGNORECASE)
_NEGATION_NEXT = re.compile(
    rf" (?:[,(\-] )?(?:(?:but|and|or) )?(?:{_NEGATION_WORDS})(?= )", re.IGNORECASE
)
_AUXILIARY = re.compile(
    r" (?:must|may|might|shall|should|will|would|can|could"
    r"|is|are|was|were|has|have|had|do|does|did) ",
    re.IGNORECASE,
)
_ENDS_A_CLAUSE = re.compile(r"[^\w\s'$%§\-]")
_ENDS_A_SENTENCE = re.compile(r"[.;:!?] (?:['\])] )*$")


def is_cut_before(text: str, start: int) -> bool:
    """``start`` is the blank before the quote's first word."""
    before = text[max(0, start - _REACH_CHARS) : start + 1]
    clause = _ENDS_A_CLAUSE.split(before)[-1]
    words = clause.split()[-_REACH_WORDS:]
    negation = _NEGATION_OVER_VERBS if _AUXILIARY.match(text, start) else _NEGATION
    return negation.search(f" {' '.join(words)} ") is not None


def is_cut_after(text: str, end: int) -> bool:
    """``end`` is just behind the blank after the quote's last word."""
    if _ENDS_A_SENTENCE.search(text[max(0, end - 6) : end]):
        return False
    return _NEGATION_NEXT.match(text[end - 1 : end + _REACH_CHARS]) is not None


def has_negation(left_out: str) -> bool:
    """Whether the words that an ellipsis omits, blanks included, contain a negation."""
    return _NEGATION.search(left_out) is not None
