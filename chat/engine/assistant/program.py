"""OliverProgram: the DSPy module behind every answer. One shared instance serves all turns."""

from collections.abc import Awaitable, Callable
from typing import Any

import dspy

from chat.engine.assistant.history import Exchange, as_history
from chat.engine.assistant.signatures import ComplianceAnswer, DocumentAnswer, GeneralAnswer
from chat.engine.providers.language_model import quote_provider
from chat.kernel.chunks import AnalysisType, items_chunk
from chat.kernel.passages import Retrieved

#: Finds passages: (question, earlier question or "") -> what the library has.
Search = Callable[[str, str], Awaitable[Retrieved]]


class OliverProgram(dspy.Module):
    """Search the library, then answer with the predictor of the analysis type.

    A compliance question for which the library has no passage never reaches the model: it would
    answer from memory, and models invent law. The quote engine then says that nothing fits.
    """

    def __init__(self, search: Search) -> None:
        super().__init__()
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
        await _publish(retrieved)
        inputs = {
            "passages": list(retrieved.passages),
            "related": [near.title for near in retrieved.near],
            "history": as_history(exchanges),
            "query": query,
        }
        if analysis_type == "compliance" and not retrieved.passages:
            return await self._refuse(inputs)
        return await self.predictor(analysis_type).acall(**inputs)

    async def _refuse(self, inputs: dict[str, object]) -> dspy.Prediction:
        quoting = quote_provider()
        with dspy.context(lm=quoting.lm, adapter=quoting.adapter):
            return await self.refusal.acall(**inputs)


async def _publish(retrieved: Retrieved) -> None:
    """Send the passages ahead of the answer: its citations refer to them.

    DSPy's stream hands items it does not know on to its reader as they are.
    """
    stream = dspy.settings.send_stream
    if stream is not None:
        await stream.send(items_chunk("passages", retrieved.passages))
