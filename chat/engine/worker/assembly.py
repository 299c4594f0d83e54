"""Assembly: creates the process's assistant and worker from the settings."""

from functools import cache

from chat.engine.assistant.streaming import StreamingOliverAssistant
from chat.engine.event_log import event_log
from chat.engine.providers.language_model import provider
from chat.engine.worker.worker import TurnWorker
from chat.kernel.conf import conf
from chat.kernel.database import in_database, patiently_in_database
from chat.kernel.passages import Retrieved
from chat.library.retrieval import retrieve, warm_up


@cache
def assistant() -> StreamingOliverAssistant:
    return StreamingOliverAssistant(
        search=_search,
        provider=provider(),
        history_budget_tokens=conf().history_budget_tokens,
        answer_max_chars=conf().answer_max_chars,
        answer_max_s=conf().answer_max_s,
    )


@cache
def worker() -> TurnWorker:
    """The process's only worker; the first call starts it."""
    return TurnWorker(assistant=assistant(), log=event_log(), warm_up=_warm_up)


async def aclose() -> None:
    if worker.cache_info().currsize:
        await worker().aclose()
    if assistant.cache_info().currsize:
        await assistant().aclose()
    if event_log.cache_info().currsize:
        await event_log().aclose()


async def retire(*, grace_s: float) -> None:
    """Shut down: interrupt turns that are still running after ``grace_s``."""
    if worker.cache_info().currsize:
        await worker().drain(grace_s=grace_s)
    await aclose()


async def _warm_up() -> None:
    await in_database(warm_up)


async def _search(question: str, earlier: str) -> Retrieved:
    return await patiently_in_database(retrieve, question, earlier=earlier)
