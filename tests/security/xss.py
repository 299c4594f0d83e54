"""The payloads of ``xss_payloads.txt``, and an answer that carries them everywhere."""

import re
from pathlib import Path
from typing import Any

from chat.kernel.answer import Answer
from chat.kernel.chunks import StreamError
from chat.kernel.items import Step

_FILE = Path(__file__).with_name("xss_payloads.txt")
_ESCAPE = re.compile(r"\\(?:([nrt\\])|x([0-9a-f]{2})|u([0-9a-f]{4}))")
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
KINDS = ("table", "checklist", "memo", "draft", "code", "made up")


def payloads() -> list[str]:
    """All of them, their escapes resolved."""
    lines = _FILE.read_text().split("\n")
    return [_resolved(line) for line in lines if line and not line.startswith(("##", "#:"))]


def _resolved(line: str) -> str:
    def sign(match: re.Match[str]) -> str:
        return _SIGNS[match[1]] if match[1] else chr(int(match[2] or match[3], 16))

    text = _ESCAPE.sub(sign, line)
    return text.encode("utf-16", "surrogatepass").decode("utf-16")  # pairs become one sign


def joined(chosen: list[str]) -> str:
    """As paragraphs of one text; a fence that one opens is closed before the next."""
    return "\n\n".join(f"{text}\n```\n```" if "```" in text else text for text in chosen)


def poisoned(chosen: list[str]) -> Answer:
    """An answer with each payload in every field that a model, a provider or a note can fill."""
    text = joined(chosen)
    return Answer(
        reasoning=text,
        analysis=text,
        response=text,
        passages=[
            {
                "id": "sar#due",
                "title": payload,
                "heading": payload,
                "kind": payload,
                "text": payload,
                "authority": payload,
                "section": payload,
                "url": "https://a.example/",
                "checked": "2026-11-22",
            }
            for payload in chosen
        ],
        findings=[_finding(payload) for payload in chosen],
        artifacts=[
            {"kind": KINDS[at % len(KINDS)], "title": payload, "content": payload}
            for at, payload in enumerate(chosen)
        ],
        citations=[{"passage": payload, "quote": payload, "state": payload} for payload in chosen],
        steps=[step for payload in chosen for step in _steps(payload)],
        metadata={"model": chosen[0], "engine": chosen[-1], "outcome": "failed"},
        outcome="failed",
        error=StreamError(code="provider_error", message=text, retry_after_s=None),
    )


def _steps(payload: str) -> list[Step]:
    """Words of a worker newer than we, a model's name, a stage that staff have worded."""
    return [
        Step(text=payload, at_ms=3),
        Step(text=payload, stage="model", facts={"model": payload}),
        Step(text=payload, stage="passages", facts={"count": 2}),
    ]


def _finding(payload: str) -> dict[str, Any]:
    return {
        "title": payload,
        "severity": payload,
        "explanation": payload,
        "citations": [
            {"passage": payload, "quote": payload},
            {"passage": "sar#due", "quote": payload},
        ],
    }
