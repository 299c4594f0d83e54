"""``manage.py ask "question"``: an answer in the terminal, through the same pipeline as the page.

For setting up a provider: it runs in this process without server, queue or event log, so a wrong
key shows within seconds. ``--raw`` prints the values of DSPy's stream.
"""

import asyncio
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from typing import NoReturn, get_args

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from chat.engine.assistant.raw_values import raw_json
from chat.engine.providers.failures import meaning_of, words_of
from chat.engine.worker.assembly import aclose, assistant
from chat.engine.worker.turn_timing import TurnClock
from chat.kernel.chunks import AnalysisType, StreamError
from chat.library.models import LibraryNote
from chat.management.terminal import AnswerPrinter, printable

#: What a shell reports for a program that was ended with Ctrl-C.
_INTERRUPTED = 130


class Command(BaseCommand):
    help = "Ask a question and stream the answer to the terminal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", help='the question; "-" reads it from standard input')
        parser.add_argument("--analysis-type", choices=get_args(AnalysisType), default="general")
        parser.add_argument(
            "--raw", action="store_true", help="print the raw values of DSPy's stream as JSON lines"
        )

    def handle(
        self,
        *args: object,
        question: str,
        analysis_type: AnalysisType,
        raw: bool,
        **options: object,
    ) -> None:
        question = sys.stdin.read() if question == "-" else question
        if not question.strip():
            raise CommandError("Write a question first.")
        self._look_at_the_library()
        try:
            error = asyncio.run(self._ask(question, analysis_type, raw))
        except KeyboardInterrupt:
            self.stderr.write("\nStopped.")
            sys.exit(_INTERRUPTED)
        except asyncio.CancelledError:  # the reader of the output closed the pipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        if error is not None:
            self._fail(error)

    async def _ask(
        self, question: str, analysis_type: AnalysisType, raw: bool
    ) -> StreamError | None:
        try:
            return await (self._raw if raw else self._answer)(question, analysis_type)
        finally:
            await aclose()

    async def _answer(self, question: str, analysis_type: AnalysisType) -> StreamError | None:
        printer = AnswerPrinter(self.stdout, self.style)
        clock = TurnClock(timezone.now(), timezone.now())
        stream = assistant().stream_response(question, (), analysis_type)
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                clock.see(chunk)
                with _cancelled_by_closed_pipe():
                    printer.show(chunk)
        with _cancelled_by_closed_pipe():
            printer.finish(clock)
        return printer.error

    async def _raw(self, question: str, analysis_type: AnalysisType) -> StreamError | None:
        arrived = False
        try:
            async with aclosing(assistant().raw(question, (), analysis_type)) as values:
                async for value in values:
                    with _cancelled_by_closed_pipe():
                        self.stdout.write(printable(raw_json(value)))
                        self.stdout.flush()
                    arrived = True
        except Exception as exc:  # reported as a sentence, whatever it is
            failure = meaning_of(exc, text_arrived=arrived)
            return failure.as_stream_error().caused_by(words_of(exc))
        return None

    def _look_at_the_library(self) -> None:
        try:
            is_empty = not LibraryNote.objects.exists()
        except DatabaseError as exc:
            raise CommandError("The database is not ready: run `manage.py migrate` first.") from exc
        if is_empty:
            self.stderr.write(
                "The reference library is empty: run `manage.py load_library` to fill it.",
                self.style.WARNING,
            )

    def _fail(self, error: StreamError) -> NoReturn:
        self.stderr.write(f"{error.message} ({error.code})", self.style.ERROR)
        if error.cause:
            self.stderr.write(printable(error.cause))
        if error.retry_after_s is not None:
            self.stderr.write(f"Try again in {error.retry_after_s:.0f} s.")
        sys.exit(1)


@contextmanager
def _cancelled_by_closed_pipe() -> Iterator[None]:
    """If the output's reader has gone (``| head``), cancel the next wait, as Ctrl-C does.

    An exception in the middle of DSPy's stream would leave its tasks in disorder.
    """
    try:
        yield
    except BrokenPipeError:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
