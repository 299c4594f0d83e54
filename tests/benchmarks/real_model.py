"""Whether a real model's answers settle: 15 first questions over the three types, 5 follow-ups.

    python -m tests.benchmarks.real_model llamafile/any http://127.0.0.1:8080/v1

for whoever has a model: a llama.cpp server (``xllamacpp`` on PyPI, with a GGUF file of one's own),
Ollama, or any provider. With nothing but model and address it is to settle 14 of 15 and 5 of 5.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat.engine.assistant.history import Exchange
    from chat.engine.assistant.streaming import StreamingOliverAssistant
    from chat.kernel.chunks import AnalysisType

_QUESTIONS: dict["AnalysisType", tuple[str, ...]] = {
    "general": (
        "When must a bank file a suspicious activity report?",
        "What is a currency transaction report?",
        "How long do we keep records of a wire transfer?",
        "May we tell a customer that we filed a report on him?",
        "Who counts as a beneficial owner?",
    ),
    "compliance": (
        "A customer brought $9,900 in cash on three days in a row. What do we have to do?",
        "We found a match on the sanctions list. What now?",
        "Our reports were filed 45 days after detection. Is that a problem?",
        "Do we need an independent test of our compliance program?",
        "Which training do tellers need?",
    ),
    "document": (
        "Policy: reports of suspicious activity are filed within 60 days in every case.",
        "Memo: we tell customers when we report them, so that they can explain themselves.",
        "Procedure: records of cash transactions are kept for one year.",
        "Policy: customers are identified after their first transaction.",
        "Letter: your account was closed because we filed a report about you.",
    ),
}
_FOLLOW_UPS = (
    "And who has to sign it?",
    "What are the exceptions?",
    "Make a checklist of it.",
    "How long do we keep it?",
    "Say it in one sentence.",
)
_LEAST_FIRST, _LEAST_FOLLOW_UPS = 14, 5


async def settled(
    assistant: "StreamingOliverAssistant",
    question: str,
    kind: "AnalysisType",
    earlier: "list[Exchange]",
) -> str:
    """The response, or "" if the answer failed. Prints one line."""
    from chat.kernel.answer import Answer

    answer, began, first_s = Answer(), monotonic(), 0.0
    async with aclosing(assistant.stream_response(question, earlier, kind)) as chunks:
        async for chunk in chunks:
            answer.apply(chunk)
            if not first_s and answer.response:
                first_s = monotonic() - began
    failed = answer.error is not None or bool(answer.metadata.get("copied_example"))
    end = answer.error.code if answer.error else "copied" if failed else str(answer.outcome)
    print(
        f"{kind:10} {end:20} response from {first_s:5.1f} s of {monotonic() - began:5.1f} s,"
        f" {len(answer.findings)} findings, {len(answer.artifacts)} artifacts: {question}",
        flush=True,
    )
    return "" if failed else answer.response


async def run() -> bool:
    from chat.engine.assistant.history import Exchange
    from chat.engine.worker.assembly import aclose, assistant

    answered = [
        Exchange(question, await settled(assistant(), question, kind, []))
        for kind, questions in _QUESTIONS.items()
        for question in questions
    ]
    exchanges = [each for each in answered if each.response]
    follow_ups = [
        await settled(assistant(), question, "general", [exchange])
        for exchange, question in zip(exchanges, _FOLLOW_UPS, strict=False)
    ]
    await aclose()
    first, then = len(exchanges), sum(map(bool, follow_ups))
    print(f"{first} of 15 first questions and {then} of 5 follow-ups settled")
    return first >= _LEAST_FIRST and then >= _LEAST_FOLLOW_UPS


def main(model: str, address: str = "") -> int:
    with tempfile.TemporaryDirectory() as data_dir:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "oliver_site.settings",
            "OLIVER_DATA_DIR": data_dir,
            "OLIVER_ADMIN_PASSWORD": "not used",
            "OLIVER_MODEL": model,
            "OLIVER_API_BASE": address,
            "OLIVER_PROVIDER_TIMEOUT_S": "600",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("prepare", verbosity=0)
        return 0 if asyncio.run(run()) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
