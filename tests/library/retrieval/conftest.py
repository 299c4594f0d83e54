"""The whole library in the database, and what it answers to all questions: once per session.

Modules that use these fixtures are marked ``django_db``: without a marked test pytest-django makes
no database.
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
    """The library's rows, gone again afterwards: other tests count on an empty database."""
    with blocker.unblock(), transaction.atomic():
        load_library()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def find(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Find:
    """``find(question)`` for every question of this folder's files, answered beforehand."""
    with whole_library(django_db_blocker):
        answers = {question: retrieve(question) for question in sorted(every_question())}
    return answers.__getitem__


@pytest.fixture(scope="module")
def library(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole library, for a module whose tests ask questions of their own."""
    with whole_library(django_db_blocker):
        yield
