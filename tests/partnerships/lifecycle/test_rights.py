"""Who may open which page and do which deed: every address of the room, every person."""

import pytest
from django.urls import reverse

from partnerships.lifecycle import urls
from partnerships.lifecycle.models import PartnershipEvent
from partnerships.lifecycle.services import open_partnership
from tests.partnerships.lifecycle.cast import fresh

pytestmark = pytest.mark.django_db

PEOPLE = ["alice", "rita", "fanny", "dora", "charlie", "felix"]
# address: method, what is sent, then the status for each of the six people above
ONLY = {
    "partnership": ("get", {}, [200, 200, 200, 200, 404, 404]),
    "partnership_edit": ("get", {}, [200, 403, 200, 200, 404, 404]),
    "partnership_point": ("get", {}, [200, 403, 200, 200, 404, 404]),
    "partnership_end": ("get", {}, [200, 403, 200, 200, 404, 404]),
    "partnership_partner_add": ("get", {}, [200, 403, 200, 200, 404, 404]),
    "partnership_stage": ("post", {}, [302, 403, 302, 302, 404, 404]),
    "partnership_note": ("post", {"text": "Un mot"}, [302, 403, 302, 302, 404, 404]),
    "partnership_facilitator": ("post", {}, [403, 403, 302, 302, 404, 404]),
    "partnership_partner_remove": ("post", {}, [302, 403, 302, 302, 404, 404]),
    "partnership_partner_answer": ("post", {"answer": "yes"}, [302, 404, 404, 404, 404, 404]),
}
EVERYONE = {
    "partnership_index": [200] * 6,
    "partnership_export": [200] * 6,
    "partnership_new": [200, 403, 200, 200, 200, 200],
    "desk": [302, 302, 200, 302, 302, 200],
    "partnerships_to_take": [404, 404, 200, 404, 404, 200],
}
ALONE = {"partnership_take"}  # tested below: it answers the same whatever exists
EXTRA = {
    "partnership_point": lambda p, o: [p.pk, "PR01"],
    "partnership_partner_remove": lambda p, o: [p.pk, o.pk],
    "partnership_partner_answer": lambda p, o: [p.pk, o.pk],
}


@pytest.fixture
def people(alice, rita, fanny, dora, charlie, felix):
    return dict(zip(PEOPLE, [alice, rita, fanny, dora, charlie, felix], strict=True))


def address(name, partnership, organisation):
    args = EXTRA.get(name, lambda p, o: [p.pk])(partnership, organisation)
    return reverse(f"partnerships:{name}", args=args)


def test_every_address_of_the_room_is_in_the_table():
    assert {p.name for p in urls.urlpatterns} == set(ONLY) | set(EVERYONE) | ALONE


@pytest.mark.parametrize("name", ONLY)
def test_only_who_belongs_there_gets_there(client, partnership, workshops, people, name):
    method, sent, expected = ONLY[name]
    found = []
    for person in people.values():
        client.force_login(person)
        found.append(getattr(client, method)(address(name, partnership, workshops), sent))
    assert [response.status_code for response in found] == expected


@pytest.mark.parametrize("name", EVERYONE)
def test_pages_of_ones_own_answer_everyone_in_their_measure(client, partnership, people, name):
    found = []
    for person in people.values():
        client.force_login(person)
        found.append(client.get(reverse(f"partnerships:{name}")).status_code)
    assert found == EVERYONE[name]


@pytest.mark.parametrize("name", [*ONLY, *EVERYONE, *ALONE])
def test_a_signed_out_visitor_is_sent_to_the_login_page(client, partnership, workshops, name):
    if name in EVERYONE:
        url = reverse(f"partnerships:{name}")
    else:
        url = address(name, partnership, workshops)
    method = ONLY.get(name, ("post" if name in ALONE else "get",))[0]
    response = getattr(client, method)(url)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "name",
    ["partnership_stage", "partnership_note", "partnership_take", "partnership_facilitator"],
)
def test_no_get_does_a_deed(client, partnership, alice, workshops, name):
    client.force_login(alice)
    assert client.get(address(name, partnership, workshops)).status_code == 405


def test_a_stranger_changes_nothing_by_knowing_the_number(client, partnership, charlie, rides):
    client.force_login(charlie)
    before = PartnershipEvent.objects.count()
    for name, (method, sent, _expected) in ONLY.items():
        if method == "post":
            client.post(address(name, partnership, rides), sent)
    client.post(reverse("partnerships:partnership_end", args=[partnership.pk]), {"reason": "other"})
    assert PartnershipEvent.objects.count() == before
    assert fresh(partnership).stage == "prepare"


def test_the_list_holds_only_ones_own(client, partnership, people):
    seen = {}
    for name, person in people.items():
        client.force_login(person)
        page = client.get(reverse("partnerships:partnership_index")).content.decode()
        seen[name] = partnership.title in page
    assert seen == {
        "alice": True, "rita": True, "fanny": True, "dora": True, "charlie": False, "felix": False
    }  # fmt: skip


def test_a_former_partner_no_longer_sees_it(client, partnership, neighbour, charlie, alice):
    from partnerships.lifecycle.services import add_partner, agree_to_partnership, remove_partner

    client.force_login(charlie)
    page = reverse("partnerships:partnership", args=[partnership.pk])
    add_partner(partnership, organisation=neighbour, by=alice)
    assert client.get(page).status_code == 200
    agree_to_partnership(partnership, organisation=neighbour, by=charlie)
    remove_partner(partnership, organisation=neighbour, by=charlie)
    assert client.get(page).status_code == 404


def test_an_invited_organisation_reads_and_answers_but_writes_nothing_yet(
    client, register, workshops, rides, poitiers, alice, bob
):
    invitation = open_partnership(
        title="Attente", organisations=[workshops, rides], place=poitiers, domains=[], by=alice,
        agreed=[workshops],
    )  # fmt: skip
    client.force_login(bob)
    page = client.get(invitation.get_absolute_url()).content.decode()
    assert alice.email in page
    assert "repondre" in page
    point = reverse("partnerships:partnership_point", args=[invitation.pk, "PR01"])
    assert client.post(point, {"state": "done", "evidence": "x"}).status_code == 403
    answer = reverse("partnerships:partnership_partner_answer", args=[invitation.pk, rides.pk])
    client.post(answer, {"answer": "yes"})
    assert client.post(point, {"state": "done", "evidence": "x"}).status_code == 302


def test_a_facilitator_sees_of_a_waiting_one_its_title_and_partners_only(
    client, register, workshops, rides, poitiers, alice, felix
):
    free = open_partnership(
        title="Libre à prendre", purpose="Un secret entre nous", organisations=[workshops, rides],
        place=poitiers, domains=[], by=alice,
    )  # fmt: skip
    client.force_login(felix)
    page = client.get(reverse("partnerships:desk")).content.decode()
    assert "Libre à prendre" in page
    assert workshops.name in page
    assert "secret" not in page
    assert client.get(free.get_absolute_url()).status_code == 404
    client.post(reverse("partnerships:partnership_take", args=[free.pk]))
    assert fresh(free).facilitator == felix
    assert client.get(free.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("which", ["taken", "nowhere"])
def test_taking_says_the_same_of_what_is_taken_and_of_what_does_not_exist(
    client, partnership, felix, which
):
    client.force_login(felix)
    pk = partnership.pk if which == "taken" else 10**9
    response = client.post(reverse("partnerships:partnership_take", args=[pk]), follow=True)
    assert response.status_code == 200
    assert fresh(partnership).facilitator != felix
    assert "facilitat" in str(next(iter(response.context["messages"])))


def test_a_facilitator_who_is_no_longer_one_sees_nothing(client, partnership, fanny):
    fanny.is_facilitator = False
    fanny.save()
    client.force_login(fanny)
    assert client.get(partnership.get_absolute_url()).status_code == 404
