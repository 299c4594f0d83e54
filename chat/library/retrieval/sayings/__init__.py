"""How a teller, an analyst or a manager puts it, and the words of the rules for it.

A line of ``SAYINGS`` reads "the rule's words: what people say, what people say"; deeper indented
lines go on. "~" after one of the rule's words marks a loose link that counts half. To add
something, think of how people speak, not of one question. Read by ``synonyms``.
"""

from chat.library.retrieval.sayings import conduct, events, money, people, privacy, programme
from chat.library.retrieval.sayings.alike import ALIKE

SAYINGS = "".join(theme.SAYINGS for theme in (money, people, conduct, events, privacy, programme))

__all__ = ["ALIKE", "SAYINGS"]
