"""Retrieval: finding the passages of the reference library that answer a question."""

from chat.library.retrieval.index import library_index as warm_up
from chat.library.retrieval.loading import load_library
from chat.library.retrieval.search import retrieve, search_notes

__all__ = ["load_library", "retrieve", "search_notes", "warm_up"]
