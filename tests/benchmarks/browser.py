"""What one answer costs the reader's browser: time of the page's main thread, and its longest task.

A real Chromium opens the page as a reader does, asks by the composer and follows to the end.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from tests.benchmarks.oliver import PASSWORD, Oliver
from tests.benchmarks.provider import BenchProvider, Pace
from tests.browser.chromium import chromium

#: As in ``tests/browser``: a bare machine, no calls home.
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: Resolves when a stream has ended and the page has settled. Playwright's own waiting looks at
#: the page in every animation frame: that took as much of the main thread as the answer.
_UNTIL_THE_END = """() => new Promise((resolve) => {
  const settled = () => requestAnimationFrame(() => setTimeout(resolve, 200));
  document.addEventListener("htmx:sse:close", settled, { once: true });
})"""
#: Only where tasks begin and end, so that watching costs next to nothing.
_TRACED = {"includedCategories": ["toplevel"], "recordMode": "recordContinuously"}


@dataclass(frozen=True)
class MainThread:
    """What the page's main thread did while one answer was written."""

    busy_s: float  # by the clock: what else the machine does is in it
    cpu_s: float
    longest_task_s: float
    parts_s: dict[str, float]  # of ``busy_s``: script, style, layout


async def main_thread(
    site: Oliver, provider: BenchProvider, *, tokens: int, tokens_per_s: float
) -> MainThread:
    """One answer, after a short one in the same conversation that warms the page up."""
    async with async_playwright() as api:
        browser = await api.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        page = await _signed_in(browser, site)
        provider.pace = Pace(tokens=30, tokens_per_s=500)
        await _first_question(page)
        provider.pace = Pace(tokens=tokens, tokens_per_s=tokens_per_s)
        measured = await _measured(browser, page, within_s=tokens / tokens_per_s * 3 + 60)
        await browser.close()
        return measured


async def _signed_in(browser: Browser, site: Oliver) -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"http://127.0.0.1:{site.port}/")
    await page.get_by_label("User name").fill("admin")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_label("Your question").wait_for()
    return page


async def _first_question(page: Page) -> None:
    """It leads to the page of its conversation."""
    question = page.get_by_label("Your question")
    await question.fill("how long do we have to report a suspicious transaction bench-browser-1 x")
    await question.press("Enter")
    await page.wait_for_url("**/conversations/*/")
    await page.locator(".turn-end .actions").wait_for()


async def _measured(browser: Browser, page: Page, *, within_s: float) -> MainThread:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    renderers = await _renderers(browser)
    cpu_before, before = _main_thread_cpu_s(renderers), await _metrics(session)
    async with _traced(browser) as events:
        await _ask(page, "bench-browser-long", within_s=within_s)
        after, cpu_after = await _metrics(session), _main_thread_cpu_s(renderers)
    spent = {name: after[name] - before[name] for name in before}
    # Of all renderers the one that had something to do is the page's.
    pid, cpu_s = max(
        ((pid, cpu_after[pid] - cpu_before[pid]) for pid in cpu_before), key=lambda each: each[1]
    )
    return MainThread(spent.pop("TaskDuration"), cpu_s, _longest_task_s(events, pid), spent)


async def _ask(page: Page, marker: str, *, within_s: float) -> None:
    """Send a question; returns when its answer is whole."""
    question = page.get_by_label("Your question")
    await question.fill(f"how long do we have to report a suspicious transaction {marker} x")
    ended = asyncio.create_task(page.evaluate(_UNTIL_THE_END))
    await question.press("Enter")
    await asyncio.wait_for(ended, within_s)


async def _metrics(session: CDPSession) -> dict[str, float]:
    wanted = ("TaskDuration", "ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
    found = (await session.send("Performance.getMetrics"))["metrics"]
    return {each["name"]: each["value"] for each in found if each["name"] in wanted}


async def _renderers(browser: Browser) -> list[int]:
    session = await browser.new_browser_cdp_session()
    found = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    return [each["id"] for each in found if each["type"] == "renderer"]


def _main_thread_cpu_s(pids: list[int]) -> dict[int, float]:
    """A process's first thread has the process's number; its first figure is ns on a core."""
    return {
        pid: int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9
        for pid in pids
    }


@asynccontextmanager
async def _traced(browser: Browser) -> AsyncIterator[list[dict[str, Any]]]:
    """The browser's trace events; complete after the block."""
    session, events = await browser.new_browser_cdp_session(), list[dict[str, Any]]()
    whole = asyncio.Event()
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: whole.set())
    await session.send("Tracing.start", {"traceConfig": _TRACED})
    yield events
    await session.send("Tracing.end")
    await asyncio.wait_for(whole.wait(), 30)


def _longest_task_s(events: list[dict[str, Any]], pid: int) -> float:
    tasks = (
        each["dur"]
        for each in events
        if each["pid"] == pid
        and each["tid"] == pid
        and each["name"].endswith("RunTask")
        and "dur" in each  # the trace may end in one
    )
    return max(tasks, default=0) / 1e6
