"""Words that place a question inside the library's field, or outside it.

A search always finds something: "how many vacation days do tellers get" finds the red flag of the
employee who never takes vacation. ``answerability`` counts the words that name the field; they do
not decide alone. Words are compared by stem.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from chat.kernel.word_stems import words
from chat.library.retrieval.synonyms import ABBREVIATIONS
from chat.library.retrieval.terms import phrase, short_names

FIELD_WORDS = """
account accounts agency alert alerts article section cfr aml cashier counterfeit court diligence
examiner examination jail licence passport prison sars anonymous attorney audit beneficial bitcoin
blocked breach broker bsa card cash casino ccpa cdd certification charity check checks cip client
cmir complaint compliance confidential consent controller correspondent criminal crypto ctr
currency customer data dealer depositor deposit deposits disclose dispute dpo drawer edd elder
embezzle employee erasure escalate european exempt exemption fbar ffiec file filed filing fincen
fintech forged fraud frozen gdpr glba gto hacked identification identify identity illegal
institution kyc laundering law-enforcement launder ledger licensed llc loan-file malware model
money msb narrative nonprofit notice ofac owner ownership passport payee pep personal police
policy politician portal prepaid privacy processor program record records red-flag regulator
report reported reporting retention safeguards sanction sanctioned sanctions sar sdn secrecy
shareholder shell sign smurfing source-of-funds ssn statement structuring subpoena supplier
suspect suspicious teller terrorist theft threshold tip trafficking transaction transactions
transfer travel-rule trust udaap underage unauthorized validate vendor verify whistleblower wire
wired wires withdrawal withdrawals
"""


@cache
def field_words() -> frozenset[str]:
    named = [*FIELD_WORDS.split(), *ABBREVIATIONS]
    return frozenset(term for word in named for term in phrase(word))


def field_vocabulary() -> frozenset[str]:
    """Unstemmed words; the speller leaves them alone."""
    return frozenset(words(FIELD_WORDS))


def names_of_field(terms: Iterable[str]) -> int:
    """How many of the terms name the library's field. Citations do."""
    return sum(term in field_words() or "." in term for term in set(terms))


def is_abbreviation(terms: Sequence[str]) -> bool:
    return len(terms) == 1 and terms[0] in set(short_names().values())
