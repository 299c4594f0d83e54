"""The short way for plain paragraphs gives what the parser gives, byte for byte."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat.engine.rendering import blocks

ALPHABET = "Aaz09 .,;:'\"()?!%/$#@+={}^é—’…€-\n_*`[<&|\\~>\t\u00a0\u2028"


@settings(max_examples=1500)
@given(st.text(alphabet=ALPHABET, max_size=14))
@example("Setext\n")
@example("A ---")
@example("www.example.com")
@example("a  \n\n")
@example("A b \n\n\nC d\n")
def test_whatever_counts_as_plain_renders_as_the_parser_would(text: str) -> None:
    parsed = blocks._parser().render(text, {"references": {}, "passages": {}})
    assert blocks.render_blocks(text, references={}, passages={}) == parsed


def test_ordinary_sentences_are_plain() -> None:
    sentence = 'A bank must file within 30 days (31 CFR 1020.320), unless "no suspect" is known.'
    assert blocks._PLAIN.fullmatch(sentence)
    assert blocks._PLAIN.fullmatch(f"{sentence}\n\n{sentence} And")
