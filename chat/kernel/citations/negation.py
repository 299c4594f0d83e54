"""Negations around a quote: words that reverse its meaning, so a quote must not cut them off.

A quote may begin and end within a sentence, unless that drops a negation next to it:

    A teller must not |disclose to a customer|            "not" is just before it
    No bank may |file such a report late|                 "no" reaches over the verb
    |A bank must file| unless the customer is exempt      an exception is just after it
    A bank must |... not ...| file                        it was omitted

Its reach ends at punctuation, or at an auxiliary verb that begins the quote
(``A bank that does not qualify |must file a report|``), except for *no*, *nor* and *neither*.
``no later than 30 days`` and ``without delay`` do not count, unless the quote splits them.

Texts are normalised by ``verbatim``: a space on either side of every word and sign. English only,
like the library.
"""

import re

#: How many words a negation reaches ahead: "not be required to |file|".
_REACH_WORDS = 4
#: Long enough for that many words, or for a unit after a quote.
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
    """``start``: the space before the quote's first word."""
    before = text[max(0, start - _REACH_CHARS) : start + 1]
    clause = _ENDS_A_CLAUSE.split(before)[-1]
    words = clause.split()[-_REACH_WORDS:]
    negation = _NEGATION_OVER_VERBS if _AUXILIARY.match(text, start) else _NEGATION
    return negation.search(f" {' '.join(words)} ") is not None


def is_cut_after(text: str, end: int) -> bool:
    """``end``: just after the space that follows the quote's last word."""
    if _ENDS_A_SENTENCE.search(text[max(0, end - 6) : end]):
        return False
    return _NEGATION_NEXT.match(text[end - 1 : end + _REACH_CHARS]) is not None


def has_negation(left_out: str) -> bool:
    """``left_out``: the words an ellipsis omits, with the spaces around them."""
    return _NEGATION.search(left_out) is not None
