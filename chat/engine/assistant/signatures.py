"""What the assistant is asked to produce: one DSPy signature per analysis type.

All share their fields, in the order in which they stream. ``passages`` stands first among the
inputs: nothing that a user types can come before it in the prompt.
"""

from functools import cache

import dspy

from chat.kernel.items import Artifact, Finding
from chat.kernel.passages import Passage

CITING = """
Use only the passages for every rule, number, deadline and citation; never add law from memory.
After each statement that rests on a passage write the passage's id in square brackets, with the
decisive words quoted before it: "within 30 calendar days" [sar-filing-deadline#due]. A quote must
be copied letter by letter. When the passages do not answer the question, say so plainly, name the
related notes if there are any, and do not guess.
"""


class Answer(dspy.Signature):
    """Answer a question of a compliance analyst at a financial institution."""

    passages: list[Passage] = dspy.InputField(
        desc="passages of the reference library, the best first"
    )
    related: list[str] = dspy.InputField(
        desc="titles of notes that are near the question but do not answer it"
    )
    history: dspy.History = dspy.InputField(desc="the conversation so far")
    query: str = dspy.InputField(desc="the analyst's question or text")

    reasoning: str = dspy.OutputField(
        desc="briefly: what is asked and which passages decide it", default=""
    )
    analysis: str = dspy.OutputField(
        desc="how the passages apply to the question, in markdown, with citations", default=""
    )
    findings: list[Finding] = dspy.OutputField(
        desc="what the analyst must act on or know; an empty list if nothing", default=[]
    )
    response: str = dspy.OutputField(
        desc="the answer, in markdown, the decisive fact first, with citations"
    )
    artifacts: list[Artifact] = dspy.OutputField(
        desc="tables, checklists, memos, drafts or code of the answer worth keeping as a file;"
        " an empty list if there are none",
        default=[],
    )

    @classmethod
    @cache
    def delete(cls, name: str) -> type[dspy.Signature]:
        """DSPy leaves the history out at each call. Made once: a class of pydantic takes a
        millisecond.
        """
        less: type[dspy.Signature] = super().delete(name)
        return less


class GeneralAnswer(Answer):
    __doc__ = "Answer the question of a compliance analyst at a financial institution." + CITING


class ComplianceAnswer(Answer):
    __doc__ = (
        "Assess a question of BSA/AML, KYC, sanctions or privacy compliance. State the obligation,"
        " who it binds, by when, and the exceptions; list each obligation or gap as a finding."
        + CITING
    )


class DocumentAnswer(Answer):
    __doc__ = (
        "Review the document in the query against the passages. List as findings what is missing,"
        " wrong or risky in it, quoting the document's own words in the explanation." + CITING
    )


OUTPUT_FIELDS = tuple(Answer.output_fields)
