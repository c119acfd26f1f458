"""What an organisation is shown: its list in order, minus what is answered, taken or full."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from partnerships.lifecycle.services import open_partnership
from partnerships.matching.enums import AnswerKind, Component
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries.board import FewThenMore, cards_of, suggestion_about
from partnerships.matching.queries.suggestions import room_left, shortlist_of, suggested_to
from partnerships.matching.services import answer_suggestion, refresh_matches
from partnerships.organisations.models import Organisation, ResourceDeclaration
from territories.fragilities.models import Domain

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def shown(organisation, now=NOW):
    return list(suggested_to(organisation, shortlist_of(organisation), now=now))


def introduce(one, other):
    first, second = sorted((one, other), key=lambda side: side.pk)
    return Introduction.objects.create(
        first=first, second=second, expires_at=NOW + timedelta(days=10)
    )


def test_the_order_of_the_list_is_kept(ateliers, crowd, listed):
    order = [crowd[k] for k in (4, 0, 7, 2)]
    listed(ateliers, *order)
    assert shown(ateliers) == order


def stale(*organisations):
    pks = [organisation.pk for organisation in organisations]
    old = NOW - timedelta(days=183)
    Organisation.objects.filter(pk__in=pks).update(confirmed_at=old)


def test_a_stale_profile_comes_after_its_equals_and_keeps_its_points(ateliers, crowd, listed):
    stored = listed(ateliers, *crowd[:6])
    stored.shown_points = [7049, 7010, 6960, 6949, 6940, 5000]  # 70 three times, 69 twice, 50
    stored.save()
    stale(crowd[0], crowd[3], crowd[5])
    assert shown(ateliers) == [crowd[k] for k in (1, 2, 0, 4, 3, 5)]
    assert shortlist_of(ateliers).points[crowd[0].pk] == 7049
    stale(*crowd[:6])
    assert shown(ateliers) == crowd[:6]


def test_a_profile_is_stale_after_six_months_to_the_second(ateliers, crowd, listed):
    stored = listed(ateliers, *crowd[:2])
    stored.shown_points = [7000, 7000]
    stored.save()
    Organisation.objects.filter(pk=crowd[0].pk).update(confirmed_at=NOW)
    day = NOW + timedelta(days=182)
    Organisation.objects.filter(pk=crowd[1].pk).update(confirmed_at=NOW + timedelta(days=1))
    assert shown(ateliers, day - timedelta(seconds=1)) == crowd[:2]
    assert shown(ateliers, day) == [crowd[1], crowd[0]]


def test_nobody_rarely_shown_moves_for_it(ateliers, crowd, listed):
    stored = listed(ateliers, *crowd[:4])
    stored.shown_points, stored.reserved_count = [7000, 7000, 7000, 7000], 1
    stored.save()
    before = shown(ateliers)
    assert before == [crowd[k] for k in (0, 1, 3, 2)]
    stale(crowd[3], crowd[0])
    assert shown(ateliers) == [crowd[k] for k in (1, 0, 3, 2)]


@pytest.mark.parametrize("kind", ["interested", "declined"])
def test_what_is_answered_is_left_out(ateliers, crowd, listed, kind):
    listed(ateliers, *crowd[:3])
    answer_suggestion(ateliers, other=crowd[1], kind=AnswerKind(kind), by=None)
    assert shown(ateliers) == [crowd[0], crowd[2]]


def test_later_comes_back_after_a_month(ateliers, crowd, listed):
    listed(ateliers, *crowd[:3])
    answer_suggestion(ateliers, other=crowd[0], kind=AnswerKind.LATER, by=None, at=NOW)
    assert shown(ateliers, NOW + timedelta(days=30, seconds=-1)) == crowd[1:3]
    assert shown(ateliers, NOW + timedelta(days=30)) == crowd[:3]


def test_who_declined_us_is_left_out_and_who_is_interested_is_not(ateliers, crowd, listed):
    listed(ateliers, *crowd[:2])
    for other in crowd[:2]:
        listed(other, ateliers)
    answer_suggestion(crowd[0], other=ateliers, kind=AnswerKind.DECLINED, by=None)
    answer_suggestion(crowd[1], other=ateliers, kind=AnswerKind.INTERESTED, by=None)
    assert shown(ateliers) == [crowd[1]]


def test_who_is_interested_in_us_is_shown_at_the_rank_of_its_points(ateliers, crowd, listed):
    listed(ateliers, *crowd[:3])  # 8000, 7900, 7800
    listed(crowd[5], ateliers, first=7850)
    answer_suggestion(crowd[5], other=ateliers, kind=AnswerKind.INTERESTED, by=None)
    assert shown(ateliers) == [crowd[0], crowd[1], crowd[5], crowd[2]]


def test_partners_of_a_running_partnership_are_left_out(ateliers, crowd, listed, places):
    listed(ateliers, *crowd[:3])
    partnership = open_partnership(
        title="Navettes",
        organisations=[ateliers, crowd[1]],
        place=places["vienne"],
        domains=[Domain.objects.get(pk=11)],
        by=None,
    )
    assert shown(ateliers) == [crowd[0], crowd[2]]
    partnership.partners.filter(organisation=crowd[1]).update(left_at=NOW)
    assert shown(ateliers) == crowd[:3]


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_who_takes_no_part_is_left_out(ateliers, crowd, listed, status):
    listed(ateliers, *crowd[:2])
    crowd[0].status = status
    crowd[0].save()
    assert shown(ateliers) == [crowd[1]]


def test_who_has_as_many_introductions_as_it_can_take_is_left_out(ateliers, crowd, listed):
    listed(ateliers, crowd[0], crowd[1])
    crowd[0].capacity = 2
    crowd[0].save()
    introduce(crowd[0], crowd[5])
    assert shown(ateliers) == crowd[:2]
    second = introduce(crowd[6], crowd[0])
    assert shown(ateliers) == [crowd[1]]
    Introduction.objects.filter(pk=second.pk).update(state="expired", answered_at=NOW)
    assert shown(ateliers) == crowd[:2]


def test_the_room_left_counts_both_sides_and_never_goes_below_zero(ateliers, crowd):
    assert room_left(ateliers) == 3
    introduce(ateliers, crowd[0])
    introduce(crowd[1], ateliers)
    assert room_left(ateliers) == 1
    ateliers.capacity = 1
    assert room_left(ateliers) == 0


def test_both_directions_are_explained_and_add_up(ateliers, mobilites):
    refresh_matches()
    shortlist = shortlist_of(ateliers)
    (card,) = cards_of(ateliers, [mobilites], shortlist=shortlist)
    assert card.points == shortlist.points[mobilites.pk]
    for direction in (card.brings, card.gives):
        lines = [line.points or 0 for line in direction.lines]
        assert sum(lines) == direction.total == round(direction.explanation.total / 100)
        assert sum(line.maximum for line in direction.lines) == 100
        assert [line.component for line in direction.lines] == list(Component)
    assert card.brings.explanation.total == card.gives.explanation.receives
    assert card.meeting == [5, 11]


def test_the_reason_is_said_in_words_in_both_languages(ateliers, mobilites):
    refresh_matches()
    ResourceDeclaration.objects.filter(organisation=mobilites, resource="goods_vehicles").update(
        note="minibus libres <le matin>"
    )
    (card,) = cards_of(ateliers, [mobilites], shortlist=shortlist_of(ateliers))
    with translation.override("fr"):
        assert card.reason.text == (
            "Vous cherchez de l’aide sur la mobilité "
            "(2ᵉ\u00a0priorité de la CU du Grand Poitiers), où ils agissent\u00a0; "
            "ils cherchent de l’aide sur l’isolement, où vous agissez\u00a0; "
            "ils offrent des véhicules (minibus libres <le matin>), "
            "dont vous avez besoin."
        )
        assert "<b>la mobilité</b> (2ᵉ" in card.reason.html
        assert "minibus libres &lt;le matin&gt;" in card.reason.html
        assert card.headline == ("Mobilités Vienne Services agit là où vous cherchez de l’aide")
        assert card.nearness == "8\u00a0km"
    with translation.override("en"):
        assert card.reason.text.startswith(
            "You look for help on mobility (2nd priority of CU du Grand Poitiers), where they act;"
        )
        assert card.raises[0] == ("They also need visibility: declare it if you can bring it.")


def test_what_is_not_declared_is_named_and_its_points_told(make_organisation, mobilites):
    shy = make_organisation("Discrète", seeks={11: 3}, modes=())
    refresh_matches()
    (card,) = cards_of(shy, [mobilites], shortlist=shortlist_of(shy))
    with translation.override("en"):
        unknown = {line.component for line in card.brings.lines if line.points is None}
        assert unknown == {Component.SHARED, Component.RESOURCES, Component.MODES}
        assert any("Say what you act on" in line for line in card.raises)
        assert sum(line.maximum for line in card.brings.lines if line.points is not None) == 100


def test_an_organisation_that_was_never_suggested_is_not_explained(ateliers, foret, listed):
    listed(ateliers)
    assert suggestion_about(ateliers, foret) is None


def test_an_answered_suggestion_can_still_be_read(ateliers, mobilites, policy):
    SuggestionAnswer.objects.create(organisation=ateliers, other=mobilites, kind="interested")
    assert suggestion_about(ateliers, mobilites).other == mobilites


@pytest.mark.parametrize("count", [1, 3, 4, 8, 9])
def test_the_number_of_queries_does_not_grow_with_the_cards(
    ateliers, crowd, listed, django_assert_num_queries, count
):
    listed(ateliers, *crowd[:count])
    shortlist = shortlist_of(ateliers)
    with django_assert_num_queries(1):
        cards = cards_of(ateliers, crowd[:count], shortlist=shortlist)
        assert [card.reason.text for card in cards]


@pytest.mark.parametrize(
    ("count", "pages"),
    [(0, [0]), (1, [1]), (3, [3]), (4, [3, 1]), (8, [3, 5]), (9, [3, 5, 1]), (13, [3, 5, 5])],
)
def test_three_are_shown_first_then_five_at_a_time(count, pages):
    paginator = FewThenMore(list(range(count)))
    assert [len(paginator.page(number)) for number in paginator.page_range] == pages
    assert [thing for page in paginator for thing in page] == list(range(count))


def test_what_would_raise_a_match_is_told_for_both_sides(make_organisation, ateliers, mobilites):
    shy = make_organisation("Discrète", seeks={11: 3}, needs=["goods_vehicles"], modes=())
    refresh_matches()
    (card,) = cards_of(ateliers, [mobilites], shortlist=shortlist_of(ateliers))
    with translation.override("en"):
        assert card.raised_by.ours == ["They also need visibility: declare it if you can bring it."]
        assert card.raised_by.theirs == ["You also need rooms, which they do not offer: ask them."]
    (card,) = cards_of(mobilites, [shy], shortlist=shortlist_of(mobilites))
    with translation.override("en"):
        assert any("have not said what they act on" in line for line in card.raised_by.theirs)
        assert not any("do not offer" in line for line in card.raised_by.theirs)
        assert card.raises == [*card.raised_by.ours, *card.raised_by.theirs][:2]
