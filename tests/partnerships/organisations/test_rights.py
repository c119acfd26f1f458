"""Who may: every address of the room, every kind of reader. An address left out is a failure."""

import pytest
from django.urls import reverse

from partnerships.organisations import urls
from partnerships.organisations.services import ask_to_join, invite_member
from tests.partnerships.organisations.factories import MembershipFactory, PersonFactory

VISITORS_ONLY_LOGIN = 302
# name: (method, visitor, stranger, reader, editor, owner)
TABLE = {
    "organisation_index": ("get", 302, 200, 200, 200, 200),
    "organisation_export": ("get", 302, 200, 200, 200, 200),
    "organisation_new": ("get", 302, 200, 200, 200, 200),
    "organisation_choose": ("post", 302, 404, 302, 302, 302),
    "organisation_invitation": ("get", 404, 404, 404, 404, 404),  # a made-up link
    "organisation": ("get", 302, 200, 200, 200, 200),
    "organisation_join": ("post", 302, 302, 302, 302, 302),
    "organisation_edit": ("get", 302, 404, 404, 200, 200),
    "organisation_activity": ("post", 302, 404, 404, 302, 302),
    "organisation_capacity": ("post", 302, 404, 404, 302, 302),
    "organisation_confirm": ("post", 302, 404, 404, 302, 302),
    "organisation_declare": ("get", 302, 404, 404, 200, 200),
    "organisation_declare_means": ("get", 302, 404, 404, 200, 200),
    "organisation_declare_areas": ("get", 302, 404, 404, 200, 200),
    "organisation_members": ("get", 302, 404, 200, 200, 200),
    "organisation_invite": ("post", 302, 404, 404, 404, 422),
    "organisation_member_role": ("post", 302, 404, 404, 404, 302),
    "organisation_member_remove": ("post", 302, 404, 404, 404, 302),
    "organisation_invitation_revoke": ("post", 302, 404, 404, 404, 302),
    "organisation_join_answer": ("post", 302, 404, 404, 404, 302),
    "organisation_leave": ("post", 302, 404, 302, 302, 302),
}
READERS = ["visitor", "stranger", "reader", "editor", "owner"]


def test_every_address_of_the_room_is_in_the_table():
    names = {pattern.name for pattern in urls.here}
    assert names == set(TABLE)


@pytest.fixture
def arguments(ateliers, alice, nina):
    """What each address needs besides the organisation."""
    invitation = invite_member(ateliers, email="x@example.org", role="reader", by=alice)
    member = ateliers.memberships.get(user__email="bob@example.org")
    return {
        "organisation_invitation": ["made-up"],
        "organisation_member_role": [ateliers.pk, member.pk],
        "organisation_member_remove": [ateliers.pk, member.pk],
        "organisation_invitation_revoke": [ateliers.pk, invitation.pk],
        "organisation_join_answer": [ateliers.pk, ask_to_join(ateliers, by=nina).pk],
        "organisation_index": [],
        "organisation_export": [],
        "organisation_new": [],
        "organisation_choose": [],
    }


@pytest.fixture
def sign_in(client, ateliers, transports):
    reader = PersonFactory()
    MembershipFactory(organisation=ateliers, user=reader, role="reader")
    people = {m.role: m.user for m in ateliers.memberships.select_related("user")}
    people["stranger"] = transports.memberships.get().user

    def enter(kind):
        if kind != "visitor":
            client.force_login(people[kind])
        return client

    return enter


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("name", TABLE)
def test_who_may(sign_in, arguments, ateliers, name, kind):
    method, *expected = TABLE[name]
    url = reverse(f"partnerships:{name}", args=arguments.get(name, [ateliers.pk]))
    browser = sign_in(kind)
    data = {"organisation": ateliers.pk} if method == "post" else {}
    response = getattr(browser, method)(url, data)
    assert response.status_code == expected[READERS.index(kind)]
    if kind == "visitor" and response.status_code == VISITORS_ONLY_LOGIN:
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row[0] == "post"])
def test_a_get_never_does_what_a_post_does(sign_in, arguments, ateliers, name):
    url = reverse(f"partnerships:{name}", args=arguments.get(name, [ateliers.pk]))
    assert sign_in("owner").get(url).status_code == 405
