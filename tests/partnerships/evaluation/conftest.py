"""The cast of partnerships, for every test of this room, and their evaluation."""

import pytest

from tests.partnerships.evaluation.answers import evaluation_of
from tests.partnerships.lifecycle.cast import *  # noqa: F403


@pytest.fixture
def evaluation(partnership, fanny):
    """The evaluation of Alice's and Bob's partnership, just opened."""
    return evaluation_of(partnership, fanny)
