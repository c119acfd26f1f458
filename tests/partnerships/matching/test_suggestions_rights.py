"""Who may do what with suggestions and introductions; for the others nothing exists."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.matching.models import Introduction, SuggestionAnswer

pytestmark = pytest.mark.django_db

# name of the address, method, then what each gets: owner, reader, stranger, team, visitor
LOGIN = "login"
TABLE = [
    ("suggestion", "get", 200, 200, 404, 404, LOGIN),
    ("suggestion_answer", "post", 302, 404, 404, 404, LOGIN),
    ("suggestion_undo", "post", 302, 404, 404, 404, LOGIN),
    ("introduction", "get", 200, 200, 404, 404, LOGIN),
    ("introduction_accept", "post", 302, 404, 404, 404, LOGIN),
    ("introduction_decline", "post", 302, 404, 404, 404, LOGIN),
]
ROLES = ["alice", "rita", "charlie", "dora", None]
CASES = [
    (name, method, role, wanted)
    for name, method, *row in TABLE
    for role, wanted in zip(ROLES, row, strict=True)
]


@pytest.fixture
def introduced(ateliers, crowd):
    return Introduction.objects.create(
        first=ateliers, second=crowd[0], expires_at=timezone.now() + timedelta(days=10)
    )


@pytest.mark.parametrize(("name", "method", "role", "wanted"), CASES)
def test_the_table_of_rights(request, client, pair, introduced, name, method, role, wanted):
    ateliers, mobilites = pair
    if role:
        client.force_login(request.getfixturevalue(role))
    about = introduced.pk if name.startswith("introduction") else mobilites.pk
    url = reverse(f"partnerships:{name}", args=[about])
    response = getattr(client, method)(url, {"organisation": ateliers.pk, "kind": "later"})
    if wanted == LOGIN:
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))
    else:
        assert response.status_code == wanted
    if role != "alice":
        assert not SuggestionAnswer.objects.exists()
        assert Introduction.objects.get().first_accepted_at is None


@pytest.mark.parametrize("name", ["suggestions", "introductions", "suggestion_rule"])
def test_lists_are_ones_own_and_ask_to_sign_in(client, charlie, pair, introduced, name):
    url = reverse(f"partnerships:{name}")
    assert client.get(url).url.startswith(reverse("account_login"))
    client.force_login(charlie)
    html = client.get(url).content.decode()
    assert "Mobilités Vienne Services" not in html
    assert "Voisine" not in html


@pytest.mark.parametrize("name", [row[0] for row in TABLE if row[1] == "post"])
def test_what_changes_something_is_never_reached_by_get(client, alice, pair, introduced, name):
    client.force_login(alice)
    about = introduced.pk if name.startswith("introduction") else pair[1].pk
    assert client.get(reverse(f"partnerships:{name}", args=[about])).status_code == 405


def test_the_name_of_another_organisation_in_a_form_opens_nothing(client, charlie, foret, pair):
    """Charlie sends the form in the name of Alice's organisation, then about itself."""
    ateliers, mobilites = pair
    client.force_login(charlie)
    url = reverse("partnerships:suggestion_answer", args=[mobilites.pk])
    for organisation in (ateliers.pk, 10**30, "x", "", -1):
        data = {"organisation": organisation, "kind": "interested"}
        assert client.post(url, data).status_code == 404
    own = {"organisation": foret.pk, "kind": "interested"}
    assert client.post(url, own).status_code == 302  # told that it is not among the suggestions
    assert not SuggestionAnswer.objects.exists()


def test_an_organisation_that_does_not_exist_cannot_be_answered(client, alice, ateliers):
    client.force_login(alice)
    for pk in (999_999_999, 2**63, 10**30):
        url = f"/suggestions/{pk}/repondre/"
        assert client.post(url, {"organisation": ateliers.pk, "kind": "later"}).status_code == 404


def test_an_answer_that_does_not_exist_is_told(client, alice, pair):
    client.force_login(alice)
    url = reverse("partnerships:suggestion_answer", args=[pair[1].pk])
    response = client.post(url, {"organisation": pair[0].pk, "kind": "love"}, follow=True)
    assert "Cette réponse n’existe pas" in response.content.decode()
    assert not SuggestionAnswer.objects.exists()


def test_who_acts_for_one_side_cannot_answer_for_the_other(client, alice, ateliers, introduced):
    client.force_login(alice)
    url = reverse("partnerships:introduction_accept", args=[introduced.pk])
    assert client.post(url, {"organisation": introduced.second_id}).status_code == 404
    introduced.refresh_from_db()
    assert introduced.second_accepted_at is None


def test_a_double_click_is_one_answer(client, alice, pair):
    client.force_login(alice)
    url = reverse("partnerships:suggestion_answer", args=[pair[1].pk])
    data = {"organisation": pair[0].pk, "kind": "interested", "idempotency_key": "k1"}
    first, second = client.post(url, data), client.post(url, data)
    for response in (first, second):
        assert (response.status_code, response.headers["Location"]) == (302, "/suggestions/")
    assert SuggestionAnswer.objects.count() == 1
