"""GitHub's additions to CommonMark: task lists, alerts, bare addresses and footnotes.

``blocks`` enables them in its parser. Unlike on GitHub, a footnote stays where it was written, with
its own label: a streaming text would have to renumber its notes whenever one arrives, and an
unreferenced note would be lost.

A note is kept among the link definitions (``_KEY``), so that earlier text that refers to it is
rendered again when the note arrives.
"""

import re
from collections.abc import Callable, Sequence

from django.utils.translation import pgettext
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from mdit_py_plugins.gfm_autolink import index as autolink

from chat.engine.rendering.chip_slots import SLOT

_InlineRule = Callable[[StateInline, bool], bool]

OPTIONS = {"tasklists": True, "alerts": True}

_EMAIL_NAME = re.compile(r"_[A-Za-z0-9.+_-]{0,64}(?=@[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9])")
#: In a paragraph with more, all addresses stay plain text.
_MAX_ADDRESSES = 300
#: No link can have this label: white space in labels is collapsed to one space.
_KEY = "\n^"


def enable_gfm(parser: MarkdownIt) -> None:
    """Needs ``OPTIONS``. The ``env`` of each text needs ``references`` and ``headings``."""
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.use(gfm_autolink_plugin)
    parser.inline.ruler.at("gfm_autolink_www", _www_address)
    parser.inline.ruler.at("gfm_autolink_protocol", _address)
    parser.inline.ruler.at("gfm_autolink_email", _email)
    parser.inline.ruler.before("emphasis", "email_name", _email_name)
    parser.core.ruler.before("block", "known_footnotes", _know_footnotes)
    parser.core.ruler.after("block", "number_footnotes", _number_footnotes)
    parser.core.ruler.push("adapt_gfm", _adapt_to_page)
    parser.add_render_rule("list_item_open", _render_item_open)
    parser.add_render_rule("footnote_ref", _render_footnote_reference)
    parser.add_render_rule("footnote_reference_open", _render_footnote_open)
    parser.add_render_rule("footnote_reference_close", _render_footnote_close)


# --- Bare addresses ------------------------------------------------------------------------------


def _www_address(state: StateInline, silent: bool) -> bool:
    is_address = state.src.startswith("www.", state.pos)
    return is_address and _up_to_citation(state, silent, autolink._www_inline_rule)


def _address(state: StateInline, silent: bool) -> bool:
    is_address = state.src[state.pos] == ":" and state.pending.endswith(("http", "https", "mailto"))
    return is_address and _up_to_citation(state, silent, autolink._protocol_rule)


def _email(state: StateInline, silent: bool) -> bool:
    is_address = state.src[state.pos] == "@"
    return is_address and _up_to_citation(state, silent, autolink._email_rule)


def _up_to_citation(state: StateInline, silent: bool, rule: _InlineRule) -> bool:
    """On GitHub an address may contain brackets: ``https://a.example[sar#due]``. Also avoids rules
    that scan the surrounding text for each address.
    """
    if silent or sum(map(state.src.count, (":", "@", "www."))) > _MAX_ADDRESSES:
        return False
    end, pending = state.posMax, state.pending
    marker = SLOT.search(state.src, state.pos, end)
    state.posMax = marker.start() if marker else end
    is_link = rule(state, silent)
    state.posMax = end
    if not is_link:
        state.pending = pending  # the plugin strips the scheme before it refuses
    return is_link


def _email_name(state: StateInline, silent: bool) -> bool:
    """``a_b@c.example``: otherwise the start of the name would become text and the underscore would
    end an emphasis.
    """
    if state.src[state.pos] != "_" or not state.src[state.pos - 1 : state.pos].isalnum():
        return False
    name = _EMAIL_NAME.match(state.src, state.pos, state.posMax)
    if name is None:
        return False
    state.pending += "" if silent else name[0]
    state.pos = name.end()
    return True


# --- Task lists and alerts -----------------------------------------------------------------------


def _adapt_to_page(state: StateCore) -> None:
    """Give the plugins' tokens the page's classes and translated words."""
    for at, token in enumerate(state.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            token.attrs.pop("class", None)
        elif token.type == "list_item_open" and token.meta:
            token.attrs["class"] = "task"
        elif token.type == "alert_open":
            title = alert_title(token.meta["kind"])
            state.tokens[at + 2].children = [Token("text", "", 0, content=title)]


def alert_title(kind: str) -> str:
    titles = {
        "NOTE": pgettext("alert", "Note"),
        "TIP": pgettext("alert", "Tip"),
        "IMPORTANT": pgettext("alert", "Important"),
        "WARNING": pgettext("alert", "Warning"),
        "CAUTION": pgettext("alert", "Caution"),
    }
    return titles[kind]


def _render_item_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    item, html = tokens[index], renderer.renderToken(tokens, index, options, env)
    return html + ("☑ " if item.meta["checked"] else "☐ ") if item.meta else html


# --- Footnotes -----------------------------------------------------------------------------------


def _know_footnotes(state: StateCore) -> None:
    labels = [key for key in state.env.get("references", ()) if key.startswith(_KEY)]
    refs = {f":{key.removeprefix(_KEY)}": -1 for key in labels}
    state.env["footnotes"] = {"refs": refs, "list": {}}


def _number_footnotes(state: StateCore) -> None:
    references = state.env.setdefault("references", {})
    count = sum(key.startswith(_KEY) for key in references)
    for token in state.tokens:
        key = _KEY + str(token.meta.get("label"))
        if token.type == "footnote_reference_open" and key not in references:
            count += 1
            references[key] = {"number": count}


def _footnote_id(token: Token, env: EnvType) -> str:
    """Numbered, so a model cannot choose it; "" where headings have no ids."""
    headings = env.get("headings")
    if not headings:
        return ""
    number = env["references"][_KEY + token.meta["label"]]["number"]
    return f"{headings.prefix}n{number}"


def _render_footnote_reference(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    label, target = escapeHtml(tokens[index].meta["label"]), _footnote_id(tokens[index], env)
    text = f'<a href="#{target}">{label}</a>' if target else label
    return f'<sup class="footnote-mark">{text}</sup>'


def _render_footnote_open(
    _renderer: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    label, name = escapeHtml(tokens[index].meta["label"]), _footnote_id(tokens[index], env)
    attribute = f' id="{name}"' if name else ""
    return f'<div class="footnote"{attribute}><sup class="footnote-mark">{label}</sup> '


def _render_footnote_close(*_: object) -> str:
    return "</div>\n"
