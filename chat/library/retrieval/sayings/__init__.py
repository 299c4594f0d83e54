"""Everyday speech of tellers, analysts and managers, and the terms of the rules for it.

A line of ``SAYINGS`` reads "term, term: what people say, what people say"; deeper indented lines
continue it. A "~" after a term marks a loose link, which counts half. Extend it by how people
speak, not for a single question. Read by ``synonyms``.
"""

from chat.library.retrieval.sayings import conduct, events, money, people, privacy, programme
from chat.library.retrieval.sayings.alike import ALIKE

SAYINGS = "".join(theme.SAYINGS for theme in (money, people, conduct, events, privacy, programme))

__all__ = ["ALIKE", "SAYINGS"]
