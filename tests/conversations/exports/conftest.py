"""A conversation with everything in it that an export must carry."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from chat.conversations.models import Conversation, Message, Turn
from chat.kernel.answer import Answer

PASSAGE = {
    "id": "sar-deadline#due",
    "title": "Deadline for an initial SAR",
    "heading": "Thirty days",
    "text": "A bank must file a SAR no later than 30 calendar days after detection.",
    "authority": "FinCEN",
    "section": "31 CFR 1020.320",
    "url": "https://www.ecfr.gov/x",
    "checked": "2026-11-22",
}
RESPONSE = """\
## When

File "no later than 30 calendar days" [sar-deadline#due], **not** "within ninety days" \
[sar-deadline#due] and see [made-up#x].

| Step | Day |
|:--|--:|
| Detect | 0 |

1. First
   - *nested* `code`

> A quote

```
x = "[sar-deadline#due]"
```
"""


def say(owner: User, *, title: str = "When is a SAR due?", **answer: Any) -> Conversation:
    """A conversation of one answered question."""
    conversation = Conversation.objects.create(owner=owner, title=title)
    question = Message.objects.create(conversation=conversation, sender="user", text=title)
    Turn.objects.create(
        conversation=conversation,
        question=question,
        analysis_type="compliance",
        status=answer.pop("status", "done"),
        idempotency_key=f"export {conversation.pk}",
        answer_state=Answer(**answer).as_state(),
    )
    return conversation


@pytest.fixture
def conversation(analyst: User) -> Conversation:
    return say(
        analyst,
        analysis="The clock starts at detection.",
        response=RESPONSE,
        passages=[PASSAGE],
        findings=[{"title": "Late", "severity": "high", "explanation": "See [sar-deadline#due]."}],
        artifacts=[
            {"kind": "code", "title": "Script", "content": "print('```')"},
            {"kind": "checklist", "title": "List", "content": "- [ ] File"},
        ],
        metadata={"model": "openai/stand-in"},
        outcome="done",
    )
