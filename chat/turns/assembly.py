"""Assembly: the parts of one process, put together from the settings."""

from functools import cache

from chat.assistant.provider import provider
from chat.assistant.streaming import StreamingOliverAssistant
from chat.conf import conf
from chat.database import in_database, patiently_in_database
from chat.event_log import event_log
from chat.passages import Retrieved
from chat.retrieval import retrieve, warm_up
from chat.turns.worker import TurnWorker


@cache
def assistant() -> StreamingOliverAssistant:
    """The one assistant of this process."""
    return StreamingOliverAssistant(
        search=_search, provider=provider(), history_budget_tokens=conf().history_budget_tokens
    )


@cache
def worker() -> TurnWorker:
    """The one worker of this process; whoever asks first starts it."""
    return TurnWorker(assistant=assistant(), log=event_log(), warm_up=_warm_up)


async def aclose() -> None:
    """End this process's worker and its connections to the provider, as far as there are any."""
    if worker.cache_info().currsize:
        await worker().aclose()
    if assistant.cache_info().currsize:
        await assistant().aclose()
    if event_log.cache_info().currsize:
        await event_log().aclose()


async def retire(*, grace_s: float) -> None:
    """End this process: its turns may end within ``grace_s``, then they are interrupted."""
    if worker.cache_info().currsize:
        await worker().drain(grace_s=grace_s)
    await aclose()


async def _warm_up() -> None:
    await in_database(warm_up)


async def _search(question: str, earlier: str) -> Retrieved:
    return await patiently_in_database(retrieve, question, earlier=earlier)
