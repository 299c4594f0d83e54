"""A conversation with everything an answer can hold, and the addresses of every page around it.

``build_pages(server)`` puts it into a running server's database, once, and lists the addresses.
"""

import json
from functools import cache
from typing import Any

from chat.kernel.answer import Answer
from chat.kernel.items import Step
from tests.browser.server import OliverServer

_WIDE_TABLE = (
    "| Institution | Threshold | Deadline | Recipient | Record | Authority |\n"
    "|---|--:|---|---|---|---|\n"
    "| Bank | 5,000 | 30 calendar days | FinCEN | five years | 31 CFR 1020.320 |\n"
)
_LONG_WORD = "Verdachtsmeldungsbearbeitungsfristverlängerungsantrag" * 2
LONG_ANSWER = "\n\n".join(
    f"# Part {number}\n\nThe {_LONG_WORD} of part {number}.\n\n"
    f"## Details of part {number}\n\n" + "A bank must file within 30 days. " * 20
    for number in range(1, 6)
)
_CODE = "```python\ndef due(day):  # a comment that is long enough to leave a narrow window\n"
_CODE += '    return f"{day} + 30"\n```\n'
_CHECKLIST = "- [ ] File the report\n- [x] Check the facts\n- Keep a copy for five years\n"

ANSWER = Answer(
    reasoning="First this. Then that.",
    analysis=f"{_WIDE_TABLE}\n{_CODE}",
    response=f"{LONG_ANSWER}\n\n{_WIDE_TABLE}\n\n{_CODE}\n\n> Quoted text\n",
    findings=[
        {
            "title": f"Finding {_LONG_WORD}",
            "severity": "high",
            "explanation": "It says so [sar-filing-deadline#due].",
            "citations": [],
        }
    ],
    artifacts=[
        {"kind": "checklist", "title": "Steps", "content": _CHECKLIST},
        {"kind": "table", "title": f"Thresholds {_LONG_WORD}", "content": _WIDE_TABLE},
        {"kind": "code", "title": "due.py", "content": _CODE.split("\n", 1)[1].split("```")[0]},
    ],
    steps=[Step(text="Searching the library", at_ms=12), Step(text="Writing", at_ms=300)],
    metadata={"model": "stand-in", "first_token_ms": 400, "total_ms": 4000, "tokens_out": 900},
    outcome="done",
)
_SECOND = Answer(
    response="Shorter.",
    artifacts=[
        {
            "kind": "checklist",
            "title": "Steps",
            "content": _CHECKLIST.replace("Check the facts", "Check the facts twice")
            + "- Tell nobody\n",
        },
        {"kind": "code", "title": "due.py", "content": "def due(day):\n    return day + 30\n"},
    ],
    outcome="done",
)

_FILL = """
import json
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from chat.conversations.models import (
    StoredArtifact, Conversation, Message, ShareLink, StreamStats, Turn)
from chat.accounts.models.api_token import digest_of
admin = User.objects.get(username="admin")
conversation = Conversation.objects.create(owner=admin, title="Everything an answer can hold")
ids, before = [], None
for at, state in enumerate(json.loads({answers!r})):
    message = Message.objects.create(
        conversation=conversation, sender="user", text="Question %d" % at)
    turn = Turn.objects.create(conversation=conversation, question=message, status="done",
        analysis_type="general", idempotency_key="everything %d" % at, answer_state=state,
        parent=before)
    before = turn
    StreamStats.objects.create(turn=turn)
    for position, item in enumerate(state["artifacts"], start=1):
        StoredArtifact.objects.create(turn=turn, position=position, **item)
    ids.append(turn.pk)
ShareLink.objects.create(conversation=conversation, digest=digest_of("everything"),
    last_turn_id=turn.pk, expires_at=timezone.now() + timedelta(days=1))
print("IDS", conversation.pk, *ids)
"""


@cache
def fill(server: OliverServer) -> tuple[int, int, int]:
    """The conversation and its two turns."""
    states: list[Any] = [answer.model_dump(mode="json") for answer in (ANSWER, _SECOND)]
    printed = server.manage("shell", "-v0", "-c", _FILL.format(answers=json.dumps(states)))
    line = next(line for line in printed.splitlines() if line.startswith("IDS"))
    conversation, first, second = map(int, line.split()[1:])
    return conversation, first, second


def build_pages(server: OliverServer) -> list[str]:
    """Addresses of every page that somebody signed in can open."""
    conversation, first, second = fill(server)
    return [
        "/",
        f"/conversations/{conversation}/",
        f"/conversations/{conversation}/rename/",
        f"/conversations/{conversation}/delete/",
        f"/conversations/{conversation}/share/",
        "/shared/everything/",
        f"/turns/{first}/edit/",
        f"/turns/{first}/feedback/",
        "/conversations/",
        "/conversations/?show=archived",
        "/conversations/?show=deleted",
        "/conversations/?find=threshold",
        "/conversations/?find=nothing-has-these-words",
        f"/turns/{first}/artifacts/1/",
        f"/turns/{first}/artifacts/2/",
        f"/turns/{second}/artifacts/2/",
        f"/turns/{second}/artifacts/1/?since=1",
        "/prompts/",
        "/prompts/new/",
        "/settings/",
        "/settings/password/",
        "/library/",
        "/library/?q=report",
        "/library/?q=zzzz",
        "/library/sar-filing-deadline/",
        "/library/passages/sar-filing-deadline/thirty-days/",
        "/nothing-here",
    ]
