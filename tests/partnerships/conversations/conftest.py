"""The cast of matching, two of whom have been introduced."""

import pytest

from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction
from partnerships.matching.services import answer_suggestion
from phare_platform.outbox.models import Message
from tests.partnerships.matching.cast import *  # noqa: F403


@pytest.fixture
def introduction(pair):
    """Alice's and Bob's organisations; the messages about it are out of the way."""
    ateliers, mobilites = pair
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=AnswerKind.INTERESTED, by=None)
    Message.objects.all().delete()
    return Introduction.objects.get()
