"""Every page at 320 CSS pixels (1280 at 400%), at 640 (200%) and wide, from the left and the right.

``dir=rtl`` stands for a language that is written from the right: the words stay, the page mirrors.
"""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.pages import build_pages
from tests.browser.server import OliverServer

Visit = Callable[..., Page]

#: What sticks out of the window where nothing scrolls to it, and what lies on something else.
_FAULTS = """
() => {
  const name = (e) => [e.localName, ...e.classList].join(".") + (e.id && `#${e.id}`);
  const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const ancestors = (e) => {
    const found = [];
    for (let at = e.parentElement; at; at = at.parentElement) found.push(at);
    return found;
  };
  const placed = (e) => [e, ...ancestors(e)].some((at) =>
    ["fixed", "absolute", "sticky"].includes(getComputedStyle(at).position));
  const seen = (e) => {
    let { left, right, top, bottom } = e.getBoundingClientRect();
    for (const at of ancestors(e)) {
      if (getComputedStyle(at).overflowX === "visible") continue;
      const box = at.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, right, top, bottom };
  };
  // Beyond the edge of what neither shows it nor scrolls to it.
  const isCut = (e) => {
    const { left, right } = e.getBoundingClientRect();
    for (const at of ancestors(e)) {
      const { overflowX } = getComputedStyle(at);
      if (["auto", "scroll"].includes(overflowX)) return false;
      if (overflowX === "visible") continue;
      const box = at.getBoundingClientRect();
      if (left < box.left - 1 || right > box.right + 1) return true;
    }
    return false;
  };
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`page scrolls: ${root.scrollWidth}`);
  for (const scroller of document.querySelectorAll(".scroller, .canvas, .sidebar"))
    if (scroller.scrollWidth > scroller.clientWidth && shown(scroller))
      faults.push(`${name(scroller)} scrolls: ${scroller.scrollWidth} > ${scroller.clientWidth}`);
  const things = [...document.querySelectorAll(
    "a, button, input, textarea, select, summary, label, h1, h2, h3, h4, p, kbd")].filter(shown);
  for (const e of things) {
    const box = seen(e);
    if (box.right - box.left < 1 || box.bottom - box.top < 1) continue;
    if (e.closest(".visually-hidden, .skip-link")) continue;
    if (isCut(e)) faults.push(`${name(e)} is cut off`);
    if (box.left < -1 || box.right > root.clientWidth + 1) faults.push(`${name(e)} sticks out`);
  }
  const boxes = things
    .filter((e) => !placed(e) && !e.closest(".visually-hidden"))
    .map((e) => [e, seen(e)])
    .filter(([, box]) => box.right - box.left > 3 && box.bottom - box.top > 3);
  boxes.forEach(([a, one], at) => boxes.slice(at + 1).forEach(([b, other]) => {
    if (a.contains(b) || b.contains(a)) return;
    const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (width > 3 && height > 3) faults.push(`${name(a)} lies on ${name(b)}`);
  }));
  return faults;
}
"""


_FIELD_SIZES = """
() => [...document.querySelectorAll(
    "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select")]
  .map((field) => [field.name || field.id, parseFloat(getComputedStyle(field).fontSize)])
"""


def faults(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_FAULTS)
    return found


@pytest.mark.parametrize(
    ("direction", "width"),
    [("ltr", 320), ("ltr", 640), ("ltr", 1280), ("rtl", 320), ("rtl", 1280)],
)
def test_nothing_sticks_out_or_lies_on_something_else(
    visit: Visit,
    quoting_server: OliverServer,
    direction: Literal["ltr", "rtl"],
    width: int,
) -> None:
    touch = width == 320  # what a finger meets is larger
    page = visit(quoting_server, viewport={"width": width, "height": 700}, has_touch=touch)
    if direction == "rtl":
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => { document.documentElement.dir = 'rtl'; })"
        )
    for url in build_pages(quoting_server):
        page.goto(url)
        page.evaluate(
            "document.querySelectorAll('details.part').forEach((d) => { d.open = true; })"
        )
        assert faults(page) == [], url


def test_the_check_finds_what_it_should(visit: Visit, quoting_server: OliverServer) -> None:
    page = visit(quoting_server, viewport={"width": 320, "height": 700})
    assert faults(page) == []
    page.evaluate(
        """() => {
          const p = document.querySelector("p.lead");
          p.className = "wide";
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(".wide { width: 500px } h1 { margin-bottom: -40px }"
            + " .composer { overflow: clip } .composer-row { width: 500px }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    assert any("scrolls" in fault for fault in faults(page))
    assert any("cut off" in fault for fault in faults(page))
    assert any("lies on" in fault for fault in faults(page))


def test_who_wants_no_motion_gets_none(visit: Visit, quoting_server: OliverServer) -> None:
    page = visit(quoting_server, reduced_motion="reduce")
    for url in build_pages(quoting_server):
        page.goto(url)
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((e) => {
              const style = getComputedStyle(e);
              return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0
                || style.scrollBehavior === "smooth";
            }).map((e) => e.className)"""
        )
        assert moving == [], url


def test_the_field_of_the_page_to_rename_keeps_clear_of_the_edge_above(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server)
    page.goto(next(url for url in build_pages(quoting_server) if url.endswith("/rename/")))
    field, edge = (page.locator(css).bounding_box() for css in ("#title", "main .scroller"))
    assert field
    assert edge
    assert field["y"] - edge["y"] >= 4  # its outline: 2 px wide, 2 px away


def test_no_field_is_so_small_that_a_phone_zooms_into_it(
    visit: Visit, quoting_server: OliverServer
) -> None:
    page = visit(quoting_server, viewport={"width": 390, "height": 844}, has_touch=True)
    seen = set()
    for address in [*build_pages(quoting_server), "/accounts/login/"]:
        if address == "/accounts/login/":
            page.context.clear_cookies()
        page.goto(address)
        for name, size in page.evaluate(_FIELD_SIZES):
            seen.add(name)
            assert size >= 16, f"{name} on {address}"
    assert {"question", "find", "q", "title", "name", "language", "password"} <= seen
