"""Which form a model is asked for, when nobody says, and what that costs."""

from pathlib import Path
from unittest import mock

import dspy
import pytest

from chat.engine.assistant.signatures import DocumentAnswer
from chat.engine.providers.adapters import FieldChatAdapter
from chat.engine.providers.language_model import build_provider
from chat.kernel.conf import Conf


@pytest.mark.parametrize(
    ("model", "adapter", "response_format"),
    [
        ("openai/gpt-5-mini", "json", "json_schema"),
        ("ollama_chat/llama3.2", "json", "json_schema"),
        ("gemini/gemini-2.5-flash", "json", "json_schema"),
        ("deepseek/deepseek-chat", "json", "json_object"),
        ("anthropic/claude-sonnet-4-5", "chat", "none"),
    ],
)
def test_auto_follows_what_the_server_takes(model: str, adapter: str, response_format: str) -> None:
    provider = build_provider(Conf(data_dir=Path("."), model=model))
    assert provider.info.adapter == adapter
    assert provider.adapter.response_format == response_format


def test_the_operator_has_the_last_word() -> None:
    conf = Conf(data_dir=Path("."), model="openai/gpt-5-mini", adapter="chat")
    assert build_provider(conf).info.adapter == "chat"


def test_the_description_of_a_form_is_written_once_however_often_it_is_sent() -> None:
    adapter = FieldChatAdapter()
    with mock.patch.object(
        dspy.ChatAdapter,
        "format_system_message",
        autospec=True,
        side_effect=dspy.ChatAdapter.format_system_message,
    ) as write:
        texts = {adapter.format_system_message(DocumentAnswer) for _ in range(5)}
    assert len(texts) == write.call_count == 1
