"""The texts of Oliver for its translators: found in the code, and compiled.

``make messages`` runs it after texts have changed:

    python deploy/messages.py        # update each language's .po file and compile it to .mo
    python deploy/messages.py fr     # the same, and begin French

Both stand in ``oliver_site/locale/`` and are committed, so that a checkout runs as it is. Nothing
is guessed: a text that changed has no translation until somebody writes one, and
tests/site/test_messages.py says which have none. Pure Python: Django reads the templates, Babel the
catalogues, and no gettext tools are needed.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "oliver_site" / "locale"
_SOURCES = ("chat/**/*.py", "oliver_site/**/*.py", "templates/**/*.html")
#: The functions of ``django.utils.translation``: (place of the context, of the singular, plural).
_CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_CALLS |= {f"{name}_lazy": places for name, places in _CALLS.items() if name != "_"}
_STRING = r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\""""
_TEMPLATE_CALL = re.compile(rf"\b(?:{'|'.join(_CALLS)})\((?:[^()'\"]|{_STRING})*\)", re.S)
#: Catalogues carry a date; one that changed with each run would be a conflict for everybody.
_DATE = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Text:
    """A text of the code: ``plural`` is empty where there is one form only."""

    singular: str
    plural: str = ""
    context: str | None = None
    files: list[str] = field(default_factory=list)

    @property
    def msgid(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


def texts() -> list[Text]:
    """Every text that the code marks for translation, each once, in the order of their letters."""
    found: dict[tuple[str | None, str], Text] = {}
    for path in sorted(path for pattern in _SOURCES for path in ROOT.glob(pattern)):
        for text in _texts_of(path):
            known = found.setdefault((text.context, text.singular), text)
            known.plural = known.plural or text.plural
            name = path.relative_to(ROOT).as_posix()
            known.files += [name] if name not in known.files else []
    return sorted(found.values(), key=lambda text: (text.singular, text.context or ""))


def _texts_of(path: Path) -> Iterator[Text]:
    source = path.read_text()
    if path.suffix == ".py":
        yield from _texts_in(ast.parse(source))
    else:
        for call in _TEMPLATE_CALL.findall(templatize(source)):
            yield from _texts_in(ast.parse(call.strip()))


def _texts_in(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (places := _CALLS.get(_name_of(node.func))):
            context, singular, plural = (_literal(node, place) for place in places)
            if singular:
                yield Text(singular, plural or "", context)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literal(call: ast.Call, place: int | None) -> str | None:
    if place is None or place >= len(call.args):
        return None
    value = getattr(call.args[place], "value", None)
    return value if isinstance(value, str) else None


def languages() -> list[str]:
    """Those that have a catalogue."""
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalog(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The texts of today with the translations there are."""
    old = read_catalog(language) if po_path(language).exists() else Catalog(locale=language)
    new = Catalog(
        locale=language,
        project="Oliver",
        copyright_holder="the authors of Oliver",
        creation_date=_DATE,
        revision_date=_DATE,
        fuzzy=False,
        charset="utf-8",
    )
    for text in texts():
        known = old.get(text.singular, text.context)
        new.add(
            text.msgid,
            _translation(known, text) if known else "",
            user_comments=known.user_comments if known else (),
            context=text.context,
        )
    return new


def _translation(known: Message, text: Text) -> str | tuple[str, ...]:
    """Nothing for a text that has got a plural, or lost it."""
    said = forms_of(known)
    if text.plural:
        return tuple(said) if len(said) > 1 else ""
    return said[0] if len(said) == 1 else ""


def forms_of(message: Message) -> list[str]:
    """Its translation, in as many forms as it has."""
    said = message.string or ""
    return [said] if isinstance(said, str) else [str(form or "") for form in said]


def po_bytes(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, width=100, include_lineno=False)
    return file.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation, or not all of their forms."""
    return [str(message.id) for message in catalog if message.id and not all(forms_of(message))]


def main(names: list[str]) -> None:
    for language in sorted({*languages(), *names}):
        catalog = updated(language)
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        po_path(language).write_bytes(po_bytes(catalog))
        po_path(language).with_suffix(".mo").write_bytes(mo_bytes(catalog))
        missing = untranslated(catalog)
        print(f"{language}: {len(catalog)} texts, {len(missing)} without a translation")
        print("".join(f"  {text}\n" for text in missing), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
