"""Synonyms that widen a question to the library's wording. Read by ``question`` and ``terms``.

- ``ABBREVIATIONS``: short and long names, treated alike in notes and questions.
- families: words of one root that the stemmer does not merge ("own", "owner").
- ``sayings``: everyday speech for the terms of the rules.

Words are looked up by stem, so "wires" and "wired" need no entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chat.library.retrieval.sayings import ALIKE, SAYINGS

#: Short name: long names. A long name counts as the short one wherever it occurs.
ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "314a": ("314(a)", "section 314 a"),
    "314b": ("314(b)", "section 314 b"),
    "aml": ("anti money laundering", "antimoney laundering"),
    "atm": ("cash machine", "automated teller machine"),
    "bo": ("beneficial owner", "beneficial ownership", "ubo", "ultimate owner"),
    "boi": ("beneficial ownership information", "boir"),
    "bsa": ("bank secrecy act",),
    "ccpa": ("california consumer privacy act", "cpra"),
    "cdd": ("customer due diligence",),
    "cfpb": ("consumer financial protection bureau", "consumer bureau"),
    "cip": ("customer identification program",),
    "cmir": ("report of international transportation of currency", "fincen form 105"),
    "cta": ("corporate transparency act",),
    "ctr": ("currency transaction report",),
    "dpa": ("data processing agreement", "data protection agreement"),
    "dpia": ("data protection impact assessment", "privacy impact assessment"),
    "dpo": ("data protection officer",),
    "dsar": ("data subject access request", "subject access request", "access request"),
    "ecoa": ("equal credit opportunity act", "regulation b", "reg b"),
    "edd": ("enhanced due diligence",),
    "ein": ("employer identification number",),
    "fbar": ("foreign bank account report", "report of foreign bank and financial accounts"),
    "fcra": ("fair credit reporting act", "regulation v", "reg v"),
    "fincen": ("financial crimes enforcement network",),
    "gdpr": ("general data protection regulation",),
    "glba": ("gramm leach bliley act", "gramm leach bliley", "regulation p", "reg p"),
    "gto": ("geographic targeting order",),
    "hr": ("human resources",),
    "ip": ("ip address",),
    "irs": ("internal revenue service",),
    "itin": ("individual taxpayer identification number",),
    "kyc": ("know your customer",),
    "llc": ("limited liability company",),
    "ml": ("money laundering",),
    "msb": ("money services business", "money service business"),
    "nbfi": ("nonbank financial institution", "non bank financial institution"),
    "ngo": ("nongovernmental organization", "nonprofit organization"),
    "npi": ("nonpublic personal information",),
    "nsl": ("national security letter",),
    "occ": ("office of the comptroller of the currency", "comptroller"),
    "ofac": ("office of foreign assets control",),
    "pep": ("politically exposed person", "politically exposed"),
    "pii": ("personally identifiable information",),
    "poa": ("power of attorney",),
    "travelrule": ("travel rule",),
    "rege": ("regulation e", "reg e", "electronic fund transfer act", "efta"),
    "regz": ("regulation z", "reg z", "truth in lending act", "truth in lending", "tila"),
    "respa": ("real estate settlement procedures act", "regulation x", "reg x"),
    "rfpa": ("right to financial privacy act",),
    "sar": (
        "suspicious activity report",
        "suspicious transaction report",
        "suspicious activity reporting",
    ),
    "scc": ("standard contractual clause",),
    "sdn": ("specially designated national", "specially designated nationals"),
    "ssn": ("social security number", "social security", "social"),
    "tbml": ("trade based money laundering", "trade based laundering"),
    "tin": ("taxpayer identification number", "tax identification number", "tax id"),
    "udaap": (
        "unfair deceptive or abusive acts or practices",
        "unfair deceptive or abusive",
        "udap",
    ),
    "utr": ("unusual transaction report", "unusual activity report", "uar"),
}

#: One family per line.
_FAMILIES = """
    abuse abusive abuser
    access accessible
    acquire acquisition acquired
    aggregate aggregation
    analyse analyze analysis analyst
    apply applicant application
    approve approval
    assess assessment
    authority authorize authorise authorization authorized
    automate automatic automated automatically
    broker brokerage
    certify certification certificate
    charity charitable
    close closing closure
    complain complaint complainant
    comply compliance compliant
    confidential confidentiality
    contract contractual contractor
    correct correction
    decide decision
    deceive deceptive deception
    delay late
    delete deletion
    deny denial
    designate designation
    disclose disclosure
    discriminate discrimination discriminatory
    dispose disposal disposition
    document documentation documentary paperwork
    donate donation donor
    employ employee employer employment
    encrypt encryption
    erase erasure
    escalate escalation
    examine examiner examination
    exceed excess
    exchange exchanger
    exempt exemption
    expire expiration expiry
    identify identification identity id
    inform information info
    inherit inheritance
    insure insurance insurer
    investigate investigation investigator
    know knowledge
    lawyer attorney
    legal legally legality
    lend lender loan
    license licence licensed
    monitor monitoring
    narrate narrative
    notify notification notice notifying
    operate operation operator
    own owner ownership
    partner partnership
    pay payment payable payer
    penalize penalty penalise
    permit permission permissible
    prohibit prohibition
    process processor processing
    prosecute prosecution prosecutor
    protect protection protective
    reconcile reconciliation
    redeem redemption
    refuse refusal
    regulate regulation regulator regulatory
    rely reliance
    renew renewal
    request requester
    respond response
    retain retention
    review reviewer
    secret secrecy
    send sender
    sign signer signature signatory signing
    solicit solicitation
    structure structuring
    submit submission
    subscribe subscriber
    supervise supervisor supervision supervisory
    suspect suspicion suspicious
    terminate termination
    transact transaction
    transmit transmitter transmission transmittal
    trust trustee
    validate validation validator
    verify verification
    withdraw withdrawal
    withhold withheld
"""


@dataclass(frozen=True)
class Saying:
    """An everyday phrase and one thing it may mean, unstemmed."""

    said: str
    meant: str
    loose: bool = False


def families() -> Iterator[list[str]]:
    yield from (line.split() for line in _FAMILIES.strip().splitlines())


def alike() -> Iterator[list[str]]:
    yield from (line.split() for line in ALIKE.strip().splitlines())


def sayings() -> Iterator[Saying]:
    unfolded = SAYINGS.replace("\n    ", " ")
    for line in unfolded.splitlines():
        meanings, separator, said = line.partition(":")
        if not separator or line.startswith("#"):
            continue
        for meant in meanings.split(","):
            word = meant.strip()
            for phrase in said.split(","):
                yield Saying(phrase.strip(), word.removesuffix("~"), loose=word.endswith("~"))
