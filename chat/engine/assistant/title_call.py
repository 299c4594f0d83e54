"""Titles by the model: a small call, separate from the answer."""

import dspy

from chat.engine.providers.language_model import Provider
from chat.kernel.title_text import clean_title

#: The gist is enough; a pasted document would cost as much as its answer.
_MOST_CHARS = 1_500


class Title(dspy.Signature):
    """Name a conversation for a list: what it is about, in at most eight words, in the language of
    the question. No quotation marks, no markup, no full stop.
    """

    question: str = dspy.InputField(desc="the first question, perhaps cut")
    answer: str = dspy.InputField(desc="the beginning of its answer")
    title: str = dspy.OutputField(desc="the title alone")


_writer = dspy.Predict(Title)


async def write_title(provider: Provider, *, question: str, answer: str) -> str:
    """One plain line, or "" if the model wrote none. Raises what the call raises."""
    context = dspy.context(
        lm=provider.lm, adapter=provider.adapter, callbacks=[], disable_history=True, trace=None
    )
    with context:
        written = await _writer.acall(question=question[:_MOST_CHARS], answer=answer[:_MOST_CHARS])
    return clean_title(str(written.title or ""))
