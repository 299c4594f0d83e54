"""The commands of an operator: ask in the terminal, make tokens, make the first user."""

import asyncio
import io
import json
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.core.management.color import no_style
from pydantic import SecretStr

from chat.accounts.models import ApiToken
from chat.conversations.models import Conversation, Turn
from chat.kernel.chunks import items_chunk, text_chunk
from chat.library.models import LibraryNote
from chat.management.terminal import AnswerPrinter, printable
from tests.support.provider_stand_in import Hangs, ProviderStandIn, Refuses, Says, chat_output


class Ran:
    """What a command wrote, and how it ended."""

    def __init__(self, *args: str, **options: Any) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = 0
        try:
            call_command(*args, stdout=out, stderr=err, **options)
        except SystemExit as exc:
            self.code = int(exc.code or 0)
        self.out, self.err = out.getvalue(), err.getvalue()


async def run(*args: str, **options: Any) -> Ran:
    """In a thread of its own, for commands that start an event loop."""
    return await asyncio.to_thread(Ran, *args, **options)


# --- ask -----------------------------------------------------------------------------------------


@pytest.fixture
def asking(transactional_db: None, library_of_one: None) -> None:
    """A library with a note, so that nobody is told to load it."""
    note = LibraryNote.objects.create(slug="a", title="A", topic="sar", checked="2026-01-01")
    note.passages.create(key="a#b", position=1, anchor="b", heading="B", kind="duty", text="C")


async def test_an_answer_comes_in_parts_with_sources_and_numbers(asking: None) -> None:
    ran = await run("ask", "report suspicious activity")
    assert (ran.code, ran.err) == (0, "")
    parts = [line for line in ran.out.splitlines() if line.isalpha()]
    assert parts[:4] == ["Reasoning", "Response", "Analysis", "Findings"]
    assert parts[4:] == ["Sources", "Checked", "Stats"]
    assert "Checked\n1 of 1 quote verbatim.\n" in ran.out
    assert "· Reading 1 passage…" in ran.out
    assert "1. Filing deadline for a SAR: Thirty days from detection (cited, verified)" in ran.out
    for number in ("first status", "first token", "total"):
        assert f"{number:<22}" in ran.out
    assert "quote / chat" in ran.out


async def test_asking_in_the_terminal_stores_nothing(asking: None) -> None:
    await run("ask", "report suspicious activity")
    stored = await asyncio.to_thread(lambda: (Turn.objects.exists(), Conversation.objects.exists()))
    assert stored == (False, False)


async def test_a_model_answers_with_its_numbers(connected: ProviderStandIn, asking: None) -> None:
    finding = {"title": "Late", "severity": "high", "explanation": "Over 30 days."}
    connected.plays(Says(chat_output(response="Thirty days.", findings=[finding])))
    ran = await run("ask", "suspicious", analysis_type="compliance")
    assert ran.code == 0
    assert "Response\nThirty days.\n" in ran.out
    assert "[high] Late\n  Over 30 days.\n" in ran.out
    assert "11 / 22" in ran.out
    assert "openai/stand-in" in ran.out
    assert "native / json" in ran.out


async def test_a_wrong_key_ends_with_a_sentence_and_its_code(
    connected: ProviderStandIn, asking: None
) -> None:
    connected.plays(Refuses(401, "invalid_api_key"))
    ran = await run("ask", "suspicious")
    assert ran.code == 1
    assert "rejected the API key" in ran.err
    assert "OLIVER_API_KEY" in ran.err
    assert "(provider_auth)" in ran.err


async def test_what_arrived_before_a_failure_is_printed(
    connected: ProviderStandIn, asking: None
) -> None:
    output = chat_output(response="Thirty days.")
    connected.plays(Says(output, cut_at=output.index("days.")))
    ran = await run("ask", "suspicious")
    assert ran.code == 1
    assert "Response\nThirty" in ran.out
    assert "(provider_cut)" in ran.err


async def test_raw_shows_dspys_values_as_json_lines(
    connected: ProviderStandIn, asking: None
) -> None:
    connected.plays(Says(chat_output(response="Thirty days.")))
    ran = await run("ask", "suspicious", raw=True)
    values = [json.loads(line) for line in ran.out.splitlines()]
    kinds = [value["kind"] for value in values]
    assert set(kinds) == {
        "StatusMessage",
        "FittedPrompt",
        "StreamChunk",
        "StreamResponse",
        "Prediction",
    }
    assert kinds[-1] == "Prediction"


async def test_raw_tells_a_failure_too(connected: ProviderStandIn, asking: None) -> None:
    connected.plays(Refuses(404, "model_not_found"))
    ran = await run("ask", "suspicious", raw=True)
    assert ran.code == 1
    assert "(provider_unknown_model)" in ran.err


async def test_a_question_can_come_from_standard_input(
    connected: ProviderStandIn, asking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.plays(Says(chat_output()))
    monkeypatch.setattr("sys.stdin", io.StringIO("a suspicious document\nof two lines"))
    assert (await run("ask", "-", analysis_type="document")).code == 0
    assert "of two lines" in str(connected.requests[0]["messages"])


async def test_an_empty_question_is_refused(asking: None) -> None:
    with pytest.raises(CommandError, match="Write a question"):
        await run("ask", "  ")


async def test_an_empty_library_is_pointed_out(
    transactional_db: None, library_of_one: None
) -> None:
    assert "load_library" in (await run("ask", "suspicious")).err


async def started(*, model: str = "", url: str = "") -> asyncio.subprocess.Process:
    """``manage.py ask`` as a shell starts it, on this test's database."""
    connected = {"OLIVER_MODEL": model, "OLIVER_API_BASE": url, "OLIVER_API_KEY": "sk-test"}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        "ask",
        "what about suspicious transactions?",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env={
            "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
            "OLIVER_DATA_DIR": str(settings.OLIVER.data_dir),
            **(connected if model else {}),
            "OLIVER_PROVIDER_TIMEOUT_S": "3600",  # it shall not end by itself
        },
        # A shell that starts the tests in the background lets all below them ignore Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


async def test_ctrl_c_ends_it_without_a_trace(provider: ProviderStandIn, asking: None) -> None:
    provider.plays(Hangs())
    command = await started(model="openai/stand-in", url=provider.url)
    await provider.has_requests(1)
    command.send_signal(signal.SIGINT)
    out, err = await command.communicate()
    assert command.returncode == 130
    assert "Asking openai/stand-in" in out.decode()
    assert err.decode().strip() == "Stopped."


async def test_a_reader_of_its_output_who_leaves_leaves_no_trace(asking: None) -> None:
    command = await started()
    assert command.stdout is not None
    assert command.stderr is not None
    await command.stdout.readline()
    command.stdout._transport.close()  # type: ignore[attr-defined]  # as ``| head -1`` does
    err = await command.stderr.read()
    assert (await command.wait(), err) == (0, b"")


async def test_colours_are_for_terminals_only(asking: None) -> None:
    assert "\x1b[" not in (await run("ask", "suspicious")).out
    assert "\x1b[" in (await run("ask", "suspicious", force_color=True)).out


def test_a_models_words_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[2Jb\x07\r\n\tc\u202ed\x9b") == "a[2Jb\n\tcd"


def test_a_field_that_comes_again_whole_is_printed_again() -> None:
    out = io.StringIO()
    printer = AnswerPrinter(OutputWrapper(out), no_style())
    printer.show(text_chunk("response", "Thirty"))
    printer.show(text_chunk("response", "Thirty days.", replace=True))
    assert out.getvalue() == "Response\nThirty\n\nResponse\nThirty days."


def test_items_show_label_title_and_indented_text() -> None:
    out = io.StringIO()
    printer = AnswerPrinter(OutputWrapper(out), no_style())
    printer.show(items_chunk("artifacts", [{"kind": "memo", "title": "M", "content": "a\nb"}]))
    assert out.getvalue() == "Artifacts\n[memo] M\n  a\n  b\n"


# --- create_api_token ----------------------------------------------------------------------------


def test_a_token_is_printed_once_and_stored_hashed(analyst: User) -> None:
    ran = Ran("create_api_token", "analyst")
    secret = ran.out.strip()
    token = ApiToken.objects.get()
    assert ApiToken.objects.matching(secret) == token
    assert token.user == analyst
    assert secret not in (token.digest, token.prefix)
    assert "not see it again" in ran.err


def test_a_token_for_nobody_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="no user named 'nobody'"):
        call_command("create_api_token", "nobody")


def test_a_token_that_would_not_work_is_not_made(analyst: User) -> None:
    analyst.is_active = False
    analyst.save()
    with pytest.raises(CommandError, match="inactive"):
        call_command("create_api_token", "analyst")
    assert not ApiToken.objects.exists()


# --- create_admin --------------------------------------------------------------------------------


@pytest.fixture
def given_password(configure: Callable[..., None]) -> Callable[[str | None], None]:
    """``given_password("…")``: OLIVER_ADMIN_PASSWORD is this."""

    def give(password: str | None) -> None:
        configure(admin_password=SecretStr(password) if password else None)

    give(None)
    return give


def test_the_first_user_gets_a_random_password_printed_once(
    db: None, given_password: Callable[[str | None], None]
) -> None:
    ran = Ran("create_admin")
    password = ran.out.split("password ")[1].split()[0]
    admin = User.objects.get()
    assert (admin.username, admin.is_superuser, admin.is_staff) == ("admin", True, True)
    assert admin.check_password(password)
    assert len(password) >= 16


def test_a_given_password_is_used_and_not_printed(
    db: None, given_password: Callable[[str | None], None]
) -> None:
    given_password("a given secret")
    ran = Ran("create_admin")
    assert User.objects.get().check_password("a given secret")
    assert "a given secret" not in ran.out
    assert "OLIVER_ADMIN_PASSWORD" in ran.out


def test_later_runs_change_nothing_and_say_nothing(
    db: None, given_password: Callable[[str | None], None]
) -> None:
    Ran("create_admin")
    before = User.objects.get().password
    given_password("another secret")
    ran = Ran("create_admin")
    assert (ran.out, ran.err) == ("", "")
    assert User.objects.get().password == before


def test_any_user_at_all_is_enough(
    analyst: User, given_password: Callable[[str | None], None]
) -> None:
    Ran("create_admin")
    assert not User.objects.filter(username="admin").exists()
