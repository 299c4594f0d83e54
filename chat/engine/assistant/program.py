"""OliverProgram: the DSPy module behind every answer. One shared instance serves all turns."""

from collections.abc import Awaitable, Callable
from typing import Any

import dspy
from django.utils import timezone

from chat.engine.assistant.history import Exchange, as_history, tokens_in
from chat.engine.assistant.prompt_fit import FittedPrompt, PromptLimits, fit_prompt
from chat.engine.assistant.signatures import ComplianceAnswer, DocumentAnswer, GeneralAnswer
from chat.engine.providers.language_model import quote_provider
from chat.kernel.chunks import AnalysisType, items_chunk
from chat.kernel.passages import Retrieved

#: Today, the related notes and the reminder of the fields, after the question.
_TOKENS_OF_ORDERS = 200

#: Finds passages: (question, earlier question or "") -> what the library has.
Search = Callable[[str, str], Awaitable[Retrieved]]


class OliverProgram(dspy.Module):
    """Search the library, then answer with the predictor of the analysis type.

    A compliance question for which the library has no passage never reaches the model: it would
    answer from memory, and models invent law. The quote engine then says that nothing fits. It
    also answers greetings and thanks.
    """

    def __init__(self, search: Search, limits: PromptLimits) -> None:
        super().__init__()
        self._limits = limits
        self.general = dspy.Predict(GeneralAnswer)
        self.compliance = dspy.Predict(ComplianceAnswer)
        self.document = dspy.Predict(DocumentAnswer)
        self.refusal = dspy.Predict(GeneralAnswer)
        # No schemas: DSPy would build a model for each argument at each call, for what we give it.
        nothing_to_check = {"question": Any, "earlier": Any}
        self._search = dspy.Tool(
            search,
            name="search_library",
            desc="Find passages of the reference library",
            args={name: {} for name in nothing_to_check},
            arg_types=nothing_to_check,
        )

    def predictor(self, analysis_type: AnalysisType) -> dspy.Predict:
        return getattr(self, analysis_type)

    async def aforward(
        self, query: str, exchanges: list[Exchange], analysis_type: AnalysisType
    ) -> dspy.Prediction:
        earlier = exchanges[-1].query if exchanges else ""
        retrieved: Retrieved = await self._search.acall(question=query, earlier=earlier)
        predictor = self.predictor(analysis_type)
        prompt = fit_prompt(
            query,
            retrieved.passages,
            exchanges,
            limits=self._limits,
            fixed_tokens=_fixed_tokens(predictor.signature),
        )
        await _publish(prompt)
        inputs = {
            "today": f"{timezone.localdate():%A, %-d %B %Y}",
            "passages": prompt.passages,
            "related": [near.title for near in retrieved.near],
            "missing": list(retrieved.missing),
            "small_talk": retrieved.small_talk or "",
            "history": as_history(prompt.exchanges),
            "query": prompt.query,
        }
        if retrieved.small_talk or (analysis_type == "compliance" and not retrieved.passages):
            return await self._refuse(inputs)
        return await predictor.acall(**inputs)

    async def _refuse(self, inputs: dict[str, object]) -> dspy.Prediction:
        quoting = quote_provider()
        with dspy.context(lm=quoting.lm, adapter=quoting.adapter):
            return await self.refusal.acall(**inputs)


def _fixed_tokens(signature: type[dspy.Signature]) -> int:
    adapter: dspy.Adapter = dspy.settings.adapter
    return tokens_in(adapter.format_system_message(signature)) + _TOKENS_OF_ORDERS


async def _publish(prompt: FittedPrompt) -> None:
    """Send the passages ahead of the answer: its citations refer to them. And what was cut.

    DSPy's stream hands items it does not know on to its reader as they are.
    """
    stream = dspy.settings.send_stream
    if stream is not None:
        await stream.send(prompt)
        await stream.send(items_chunk("passages", prompt.passages))
