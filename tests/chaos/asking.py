"""Asking: a question is sent until it is taken, each time with the same idempotency key.

Half of the questions come from programs, half from the page's form. Then two readers, a program and
a page, follow the turn to its end.
"""

import asyncio
import re
from contextlib import suppress
from random import Random
from urllib.parse import urlsplit

from tests.chaos.journal import Asked
from tests.chaos.readers import FAILURES, PAUSE_S, Access, Page, Program, Reader

_QUESTION = "how long do we have to report a suspicious transaction {} please"


async def ask_and_read(access: Access, asked: Asked, random: Random) -> None:
    """One turn from its question to the end of both its readers."""
    by_form = random.random() < 0.5
    await (_by_form if by_form else _by_program)(access, asked, random)
    readers = _readers(access, asked, random)
    asked.readings = [reader.reading for reader in readers]
    await asyncio.gather(*(reader.read() for reader in readers))


def _readers(access: Access, asked: Asked, random: Random) -> list[Reader]:
    assert asked.turn_id is not None
    leaves = random.randint(0, 3)
    return [
        Program(access, asked.turn_id, Random(random.random()), leaves=leaves),
        Page(
            access,
            asked.turn_id,
            Random(random.random()),
            leaves=3 - leaves,
            page_url=asked.page_url,
        ),
    ]


async def _by_form(access: Access, asked: Asked, random: Random) -> None:
    form = {
        "question": _QUESTION.format(asked.marker),
        "analysis_type": "general",
        "idempotency_key": asked.marker,
        "csrfmiddlewaretoken": access.cookies["csrftoken"],
    }
    while asked.turn_id is None:
        with suppress(*FAILURES):
            url = f"{random.choice(access.urls)}/turns/"
            asked.posts += 1
            async with access.http.post(
                url, data=form, headers=access.as_browser, allow_redirects=False
            ) as answer:
                if answer.status == 303:
                    where = urlsplit(answer.headers["Location"])
                    asked.page_url = where.path
                    asked.turn_id = int(re.sub(r"\D", "", where.fragment))
                elif answer.status < 500:
                    asked.problems.append(f"the form was answered with {answer.status}")
        await _pause_if(asked.turn_id is None, random)


async def _by_program(access: Access, asked: Asked, random: Random) -> None:
    """It leaves the stream that answers it at once: its readers follow by themselves."""
    body = {
        "messages": [{"content": _QUESTION.format(asked.marker), "sender": "user"}],
        "idempotency_key": asked.marker,
    }
    while asked.turn_id is None:
        with suppress(*FAILURES):
            url = f"{random.choice(access.urls)}/api/chat/stream"
            asked.posts += 1
            async with access.http.post(url, json=body, headers=access.as_program) as answer:
                if answer.status == 200:
                    conversation = answer.headers["X-Oliver-Conversation"]
                    asked.page_url = f"/conversations/{conversation}/"
                    asked.turn_id = int(answer.headers["X-Oliver-Turn"])
                elif answer.status < 500:
                    asked.problems.append(f"the program was answered with {answer.status}")
        await _pause_if(asked.turn_id is None, random)


async def _pause_if(wanted: bool, random: Random) -> None:
    if wanted:
        await asyncio.sleep(random.uniform(*PAUSE_S))
