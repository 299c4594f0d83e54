"""The catalogues are complete: every text of the code has its translation, in every language."""

import re

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils.translation import override

from chat.accounts.rate_limits import _locked_sentence
from chat.analytics.queries import StatsSummary
from chat.conversations.models.conversation import AnalysisType
from chat.engine.rendering.captions import duration
from deploy.messages import (
    LOCALE,
    forms_of,
    languages,
    mo_bytes,
    po_bytes,
    po_path,
    read_catalog,
    texts,
    untranslated,
    updated,
)

#: ``{count}``, ``%(count)s`` and HTML tags: what a translator may move, but not change.
_FIXED = re.compile(r"\{\w+\}|%\(\w+\)s|</?\w[^>]*>")
#: Plain texts that no text of ours may be without translating: the same in both languages.
_LANGUAGES = languages()


def _forms(message: Message) -> list[tuple[str, str]]:
    """(text, translation), one for each plural form."""
    if not message.pluralizable:
        return [(str(message.id), forms_of(message)[0])]
    return list(zip(message.id, forms_of(message), strict=True))


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def test_every_language_on_offer_but_english_has_a_catalogue() -> None:
    offered = {code for code, _name in settings.LANGUAGES}
    assert offered - {"en"} == set(_LANGUAGES)


@pytest.mark.parametrize("language", _LANGUAGES)
class TestCatalogue:
    def test_it_has_the_texts_of_the_code_and_no_others(self, language: str) -> None:
        assert po_bytes(updated(language)) == po_path(language).read_bytes(), "run `make messages`"

    def test_every_text_is_translated_and_none_by_guessing(self, language: str) -> None:
        catalog = read_catalog(language)
        assert untranslated(catalog) == []
        assert [message.id for message in _messages(catalog) if message.fuzzy] == []

    def test_what_was_compiled_is_what_was_written(self, language: str) -> None:
        compiled = po_path(language).with_suffix(".mo").read_bytes()
        assert compiled == mo_bytes(read_catalog(language)), "run `make messages`"

    def test_placeholders_and_tags_are_those_of_the_text(self, language: str) -> None:
        for message in _messages(read_catalog(language)):
            for text, translation in _forms(message):
                assert sorted(_FIXED.findall(translation)) == sorted(_FIXED.findall(text)), text

    def test_sentences_end_as_theirs_do(self, language: str) -> None:
        """A question stays one, and what goes on ("…") goes on."""
        for message in _messages(read_catalog(language)):
            for text, translation in _forms(message):
                ends = [each[-1:] if each[-1:] in ".?…:" else "" for each in (text, translation)]
                assert ends[0] == ends[1], text


def test_texts_are_found_in_python_and_in_templates() -> None:
    found = {text.singular: text for text in texts()}
    assert found["Sign in"].files == ["templates/registration/login.html"]
    assert (
        "chat/kernel/errors.py"
        in found["This does not exist, or you do not have access to it."].files
    )
    assert found["Reading {count} passage…"].plural == "Reading {count} passages…"
    assert found["%(days)s day"].plural == "%(days)s days"


def test_a_checkout_has_its_compiled_catalogues() -> None:
    assert sorted(path.name for path in LOCALE.glob("de/LC_MESSAGES/*")) == [
        "django.mo",
        "django.po",
    ]


class TestGerman:
    @pytest.fixture(autouse=True)
    def german(self) -> object:
        with override("de"):
            yield

    def test_numbers_have_a_comma(self) -> None:
        assert duration(8400) == "8,4 s"
        summary = StatsSummary(
            count=1000,
            ended=1000,
            first_token_p50_ms=None,
            first_token_p95_ms=None,
            failed_share=0.087,
            stopped_share=None,
            cut_short_share=None,
        )
        assert summary.failed_percent == "8,7\N{NO-BREAK SPACE}%"

    def test_one_and_several_differ(self) -> None:
        assert "in 1 Minute noch" in _locked_sentence(1)
        assert "in 15 Minuten noch" in _locked_sentence(15)

    def test_choices_are_translated_when_they_are_read(self) -> None:
        assert str(AnalysisType.DOCUMENT.label) == "Dokumentenprüfung"
