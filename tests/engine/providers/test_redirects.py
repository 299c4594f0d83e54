"""A provider that sends us elsewhere is not followed: it could lead into our own network."""

import pytest
from aiohttp import web

from chat.engine.providers.failures import meaning_of
from chat.engine.worker import assembly
from tests.support.provider_stand_in import Handles, ProviderStandIn, Says, chat_output


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_the_operator_is_told_where_to(
    status: int, connected: ProviderStandIn, library_of_one: None
) -> None:
    async with ProviderStandIn() as inner:
        inner.plays(Says(chat_output(response="from inside")))

        async def lead_on(request: web.Request) -> web.StreamResponse:
            where = f"{inner.url}/chat/completions"
            return web.Response(status=status, headers={"Location": where})

        connected.plays(Handles(lead_on))
        failure = await failure_of_asking()
        assert inner.requests == []
    error = meaning_of(failure, text_arrived=False)
    assert error.code == "provider_unreachable"
    assert "OLIVER_API_BASE" in error.message


async def failure_of_asking() -> Exception:
    try:
        async for _ in assembly.assistant().raw("When is a report due?", [], "general"):
            pass
    except Exception as failure:
        return failure
    finally:
        await assembly.aclose()
    raise AssertionError("it answered")
