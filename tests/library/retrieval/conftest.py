"""Fixtures: the whole library, and the results for all questions, computed once per session.

Mark modules that use them ``django_db``; without a marked test there is no test database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from chat.kernel.passages import Retrieved
from chat.library.retrieval import load_library, retrieve
from tests.library.retrieval.cases import every_question

Find = Callable[[str], Retrieved]


@contextmanager
def whole_library(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The library's rows, removed afterwards: other tests expect an empty database."""
    with blocker.unblock(), transaction.atomic():
        load_library()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def find(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Find:
    """``find(question)``, precomputed for every question of this folder's files."""
    with whole_library(django_db_blocker):
        answers = {question: retrieve(question) for question in sorted(every_question())}
    return answers.__getitem__


@pytest.fixture(scope="module")
def library(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole library, for tests with questions of their own."""
    with whole_library(django_db_blocker):
        yield
