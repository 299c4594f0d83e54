"""A library of one passage, for tests that are not about retrieval."""

from datetime import date

from chat.kernel.passages import NearTitle, Passage, Retrieved

DEADLINE = Passage(
    id="sar-filing-deadline#due",
    title="Filing deadline for a SAR",
    heading="Thirty days from detection",
    kind="deadline",
    text="A bank must file a SAR no later than 30 calendar days after initial detection.",
    authority="FinCEN",
    section="31 CFR 1020.320(b)(3)",
    url="https://www.ecfr.gov/current/title-31/section-1020.320",
    checked=date(2026, 11, 22),
)


async def find_deadline(question: str, earlier: str) -> Retrieved:
    """Finds the passage for "suspicious" and nothing otherwise."""
    if "suspicious" in question:
        return Retrieved(passages=(DEADLINE,))
    return Retrieved(near=(NearTitle(slug="ctr", title="When a CTR is due"),))
