"""Two people at once: real threads, real connections, one outcome."""

import pytest

from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.services import answer_suggestion, undo_answer
from phare_platform.lib.errors import Conflict
from phare_platform.outbox.models import Message
from tests.partnerships.matching.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def interest(organisation, other):
    return lambda: answer_suggestion(organisation, other=other, kind=AnswerKind.INTERESTED, by=None)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_interests_at_the_same_instant_see_each_other(pair, _round):
    ateliers, mobilites = pair
    results = at_once(interest(ateliers, mobilites), interest(mobilites, ateliers))
    assert [bool(result.introduction) for result in results].count(True) == 1
    assert Introduction.objects.count() == 1
    assert Message.objects.count() == 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_colleagues_who_click_together_introduce_once(pair, _round):
    ateliers, mobilites = pair
    interest(mobilites, ateliers)()
    results = at_once(*[interest(ateliers, mobilites)] * 4)
    codes = sorted(r.code if isinstance(r, Conflict) else "introduces" for r in results)
    assert codes == ["introduced", "introduced", "introduced", "introduces"]
    assert Introduction.objects.count() == 1
    assert Message.objects.count() == 2


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_undoing_while_the_other_becomes_interested_has_one_outcome(pair, _round):
    ateliers, mobilites = pair
    interest(ateliers, mobilites)()
    undone, answered = at_once(
        lambda: undo_answer(ateliers, other=mobilites, by=None), interest(mobilites, ateliers)
    )
    if isinstance(undone, Conflict):
        assert answered.introduction is not None
    else:
        assert answered.introduction is None
    assert Introduction.objects.exists() == isinstance(undone, Conflict)
    assert SuggestionAnswer.objects.filter(organisation=ateliers).exists() == isinstance(
        undone, Conflict
    )
