"""The judge: what became of each question, by the database, the provider and the readers."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import aiohttp
import psycopg
from psycopg.rows import dict_row

from chat.kernel.answer import Answer
from tests.chaos.journal import Asked, Journal, Reading
from tests.chaos.provider import ChaosProvider, Script, script_of
from tests.chaos.readers import Access, page_html, parts_of, settled

#: What a reader of the API must have at the end, as the database has it. Not the status lines:
#: they are told, not kept in step.
_FIELDS = (
    "reasoning", "analysis", "response", "passages", "findings", "citations", "artifacts",
    "outcome",
)  # fmt: skip
MOST_LOST_S = 1.0
_TURNS = """
    SELECT t.id, t.status, t.lease_owner, t.answer_state, t.idempotency_key, reply.text AS reply,
           (SELECT count(*) FROM conversations_message m
             WHERE m.sender = 'user' AND m.text = question.text) AS questions
      FROM conversations_turn t
      JOIN conversations_message question ON question.id = t.question_id
      LEFT JOIN conversations_message reply ON reply.id = t.reply_id
"""


@dataclass
class Verdict:
    """What is wrong, each with the marker of the question; and what merely happened."""

    lost: list[str] = field(default_factory=list)
    run_twice: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)  # or interrupted while its worker lived
    open_streams: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lost_text_s: dict[str, float] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def most_lost_text_s(self) -> float:
        return max(self.lost_text_s.values(), default=0.0)

    @property
    def faults(self) -> list[str]:
        late = [
            f"{marker}: {lost_s:.2f} s of text"
            for marker, lost_s in self.lost_text_s.items()
            if lost_s > MOST_LOST_S
        ]
        lists = (
            self.lost, self.run_twice, self.stuck, self.failed, self.open_streams, self.differing,
            self.refused,
        )  # fmt: skip
        return [fault for each in lists for fault in each] + late


class Judge:
    """``await Judge(…).verdict()`` once everything is up again and calm."""

    def __init__(
        self, journal: Journal, provider: ChaosProvider, access: Access, database_url: str
    ) -> None:
        self._journal = journal
        self._provider = provider
        self._access = access
        self._database_url = database_url
        self._verdict = Verdict()

    async def verdict(self) -> Verdict:
        rows = await asyncio.to_thread(self._rows)
        for asked in self._journal.asked:
            await self._judge(asked, rows)
        return self._verdict

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        with psycopg.connect(self._database_url, row_factory=dict_row) as connection:
            found: dict[str, list[dict[str, Any]]] = {}
            for row in connection.execute(_TURNS):
                found.setdefault(row["idempotency_key"].partition(":")[2], []).append(row)
        return found

    async def _judge(self, asked: Asked, rows: dict[str, list[dict[str, Any]]]) -> None:
        verdict, marker = self._verdict, asked.marker
        verdict.refused += [f"{marker}: {problem}" for problem in asked.problems]
        turns = rows.get(marker, [])
        if not turns or asked.turn_id not in {row["id"] for row in turns}:
            verdict.lost.append(f"{marker}: turn {asked.turn_id} is not in the database")
            return
        row = turns[0]
        verdict.outcomes[row["status"]] += 1
        self._judge_runs(marker, turns)
        if row["status"] in ("queued", "running"):
            verdict.stuck.append(f"{marker}: turn {row['id']} is {row['status']}")
            return
        self._judge_outcome(marker, row)
        self._judge_text(marker, row)
        await self._judge_readings(asked, row)

    def _judge_runs(self, marker: str, turns: list[dict[str, Any]]) -> None:
        asked_for = len(self._provider.generations.get(marker, []))
        steps = [step["text"] for step in turns[0]["answer_state"].get("steps", [])]
        logged = steps.count(steps[0]) if steps else 0
        if max(asked_for, logged, len(turns), turns[0]["questions"]) > 1:
            self._verdict.run_twice.append(
                f"{marker}: {asked_for} generations at the provider, {logged} in the log,"
                f" {len(turns)} turns, {turns[0]['questions']} questions"
            )

    def _judge_outcome(self, marker: str, row: dict[str, Any]) -> None:
        killed = _pid_of(row["lease_owner"]) in self._journal.deaths
        if row["status"] == "done" or (row["status"] == "interrupted" and killed):
            return
        error = (row["answer_state"].get("error") or {}).get("code", "")
        self._verdict.failed.append(
            f"{marker}: turn {row['id']} is {row['status']} ({error}),"
            f" its worker {'was killed' if killed else 'lived'}"
        )

    def _judge_text(self, marker: str, row: dict[str, Any]) -> None:
        answer, script = Answer.model_validate(row["answer_state"]), script_of(marker)
        if row["status"] == "done":
            if (answer.reasoning, answer.response) != (script.reasoning, script.response):
                self._verdict.differing.append(f"{marker}: its text is not what was written")
        elif not _is_beginning(answer, script):
            self._verdict.differing.append(f"{marker}: its text is no beginning of it")
        if (row["reply"] or "") != answer.response:
            self._verdict.differing.append(f"{marker}: the message differs from the answer")
        if row["status"] == "interrupted":
            self._judge_lost_text(marker, answer, row["lease_owner"])

    def _judge_lost_text(self, marker: str, answer: Answer, owner: str) -> None:
        """How long before the kill the first character was sent that the database lacks."""
        died_at = self._journal.deaths.get(_pid_of(owner))
        generations = self._provider.generations.get(marker, [])
        if died_at is None or not generations:
            return
        missing = len(answer.reasoning) + len(answer.response)
        left_at = generations[0].left_at(missing)
        if left_at is not None:
            self._verdict.lost_text_s[marker] = max(0.0, died_at - left_at)

    async def _judge_readings(self, asked: Asked, row: dict[str, Any]) -> None:
        verdict, marker = self._verdict, asked.marker
        if len(asked.readings) < 2:
            verdict.open_streams.append(f"{marker}: nobody could read it")
        fresh = [await self._fresh_parts(site, asked) for site in self._access.urls]
        if any(first != second for first, second in pairwise(fresh)):
            verdict.differing.append(f"{marker}: the servers' pages differ")
        for reading in asked.readings:
            kind = "program" if reading.answer is not None else "page"
            if not reading.ended:
                verdict.open_streams.append(f"{marker}: a {kind} was not told the end")
            else:
                state = {**row["answer_state"], "outcome": row["status"]}
                found = differences(reading, state, fresh[0])
                verdict.differing += [f"{marker}: a {kind}'s {each}" for each in found]
            verdict.refused += [f"{marker}: a {kind}: {problem}" for problem in reading.problems]

    async def _fresh_parts(self, site: str, asked: Asked) -> dict[str, str]:
        for _ in range(5):
            try:
                html = await page_html(self._access, site + asked.page_url)
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(1)
                continue
            return settled(parts_of(html, asked.turn_id or 0)[0])
        return {}


def differences(reading: Reading, state: dict[str, Any], fresh: dict[str, str]) -> list[str]:
    """In which fields or elements a reader's end is not the database's, and where they part."""
    if reading.answer is not None:
        stored = Answer.model_validate(state).model_dump(mode="json")
        has = reading.answer.model_dump(mode="json")
        pairs = {name: (_canonical(has[name]), _canonical(stored[name])) for name in _FIELDS}
    else:
        parts = settled(reading.parts or {})
        names = sorted({*parts, *fresh})
        pairs = {name: (parts.get(name, ""), fresh.get(name, "")) for name in names}
    return [f"{name} {_parting(*pair)}" for name, pair in pairs.items() if pair[0] != pair[1]]


def _canonical(value: Any) -> str:
    """PostgreSQL keeps the keys of JSON in an order of its own."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _parting(has: str, stored: str) -> str:
    """``differs at 120: "…" instead of "…"``."""
    pairs = enumerate(zip(has, stored, strict=False))
    at = next((at for at, (one, other) in pairs if one != other), min(len(has), len(stored)))
    begin, end = max(0, at - 20), at + 60
    return f"differs at {at}: {has[begin:end]!r} instead of {stored[begin:end]!r}"


def _is_beginning(answer: Answer, script: Script) -> bool:
    """Nothing is missing in the middle: the response begins where the reasoning has ended."""
    if answer.response:
        return answer.reasoning == script.reasoning and script.response.startswith(answer.response)
    return script.reasoning.startswith(answer.reasoning)


def _pid_of(owner: str) -> int:
    """``host-4711-1f0c8a2e`` -> 4711; 0 for a turn that nobody took."""
    return int(owner.split("-")[-2]) if owner else 0
