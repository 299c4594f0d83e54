"""Copying an answer: what lands on the clipboard reads as it did on the page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.asking import QUESTION, ask
from tests.browser.provider_thread import ProviderThread
from tests.browser.server import OliverServer
from tests.support.provider_stand_in import Says, chat_output

Visit = Callable[..., Page]


def test_the_text_of_a_copied_answer_keeps_numbers_bullets_and_nesting(
    visit: Visit, model_server: OliverServer, provider_thread: ProviderThread
) -> None:
    written = """Do **this**:

3. File the report
   - within 30 days
   - with FinCEN
4. Keep a copy

   for five years

- Open
- Done

| Form | Days |
|---|--:|
| SAR | 30 |

```
a  b
  c
```
"""
    provider_thread.plays(Says(chat_output(response=written)))
    page = visit(model_server)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.locator(".turn-end [data-copy=answer]").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    expected = """Do this:

3. File the report
   - within 30 days
   - with FinCEN
4. Keep a copy
   for five years

- Open
- Done

Form\tDays
SAR\t30

a  b
  c"""
    assert f"\n\n{expected}\n\n" in page.evaluate("navigator.clipboard.readText()")
