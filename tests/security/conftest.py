"""The signed-in browser and the turns of the tests of pages, for the tests of their safety."""

from tests.pages.conftest import browser, conversation, make_turn

__all__ = ["browser", "conversation", "make_turn"]
