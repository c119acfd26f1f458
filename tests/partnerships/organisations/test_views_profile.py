"""The page of an organisation: everything but its contacts, and what its members change."""

import pytest
from django.urls import reverse

from partnerships.organisations.enums import Status
from partnerships.organisations.rules import Declared, Means
from partnerships.organisations.services import declare, refuse_organisation, verify_organisation
from tests.partnerships.organisations.factories import DeclarationFactory, OrganisationFactory


def url_of(name, organisation):
    return reverse(f"partnerships:organisation{name}", args=[organisation.pk])


def profile_data(organisation, **values):
    return {
        "name": organisation.name,
        "type": organisation.type,
        "home": organisation.home.identifier,
        "home_text": organisation.home.name,
        "contact_email": organisation.contact_email,
        "contact_name": organisation.contact_name,
        "contact_phone": organisation.contact_phone,
        "digest_rhythm": "weekly",
        **values,
    }


@pytest.fixture
def declared(ateliers, alice):
    return declare(
        ateliers,
        by=alice,
        declarations=[Declared(5, "acts", 3), Declared(11, "seeks", 2)],
        resources=[Means("premises_room", "offer", "a large room"), Means("time_staff", "need")],
        modes=["patronage"],
    )


@pytest.mark.parametrize("reader", ["alice", "bob", "charlie", "nina", "dora"])
def test_everybody_who_signed_in_reads_it_and_nobody_reads_its_contacts(
    client, declared, reader, request
):
    client.force_login(request.getfixturevalue(reader))
    page = client.get(declared.get_absolute_url()).content.decode()
    assert "a large room" in page
    assert 'class="rose' in page
    assert "contact@example.org" not in page
    assert "05 49 00 00 00" not in page


def test_a_visitor_is_sent_to_the_login_page(client, ateliers):
    response = client.get(ateliers.get_absolute_url())
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_a_closed_one_is_seen_by_its_members_and_the_team_alone(
    client, ateliers, alice, charlie, dora
):
    ateliers.status = Status.CLOSED
    ateliers.save()
    for person, status in ((alice, 200), (charlie, 404), (dora, 200)):
        client.force_login(person)
        assert client.get(ateliers.get_absolute_url()).status_code == status


def test_members_see_what_is_missing_and_strangers_the_way_in(client, declared, alice, nina):
    client.force_login(alice)
    page = client.get(declared.get_absolute_url()).content.decode()
    assert "Complete your profile" in page
    assert url_of("_edit", declared) in page
    client.force_login(nina)
    page = client.get(declared.get_absolute_url()).content.decode()
    assert "Complete your profile" not in page
    assert url_of("_edit", declared) not in page
    assert url_of("_join", declared) in page


def test_the_badge_of_the_team_shows(client, ateliers, nina, dora):
    client.force_login(nina)
    assert "badge-good" not in client.get(ateliers.get_absolute_url()).content.decode()
    verify_organisation(ateliers, by=dora)
    assert "badge-good" in client.get(ateliers.get_absolute_url()).content.decode()


def test_the_reason_of_a_refusal_is_for_members_alone(client, ateliers, alice, nina, dora):
    refuse_organisation(ateliers, by=dora, reason="The number is wrong.")
    client.force_login(alice)
    assert "The number is wrong." in client.get(ateliers.get_absolute_url()).content.decode()
    client.force_login(nina)
    assert "The number is wrong." not in client.get(ateliers.get_absolute_url()).content.decode()


def test_an_editor_changes_the_profile(client, ateliers, bob):
    client.force_login(bob)
    response = client.post(
        url_of("_edit", ateliers), profile_data(ateliers, description="We repair.")
    )
    assert response.url == ateliers.get_absolute_url()
    ateliers.refresh_from_db()
    assert ateliers.description == "We repair."
    assert ateliers.contact_phone == "05 49 00 00 00"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"siren": "732829321"}, "siren"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"contact_phone": "call me"}, "contact_phone"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"home": "municipality:99999", "home_text": "Atlantis"}, "home"),
        ({"digest_rhythm": "hourly"}, "digest_rhythm"),
        ({"description": "x" * 2001}, "description"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, ateliers, bob, values, field):
    client.force_login(bob)
    response = client.post(url_of("_edit", ateliers), profile_data(ateliers, **values))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_the_number_of_another_organisation_is_refused(client, ateliers, transports, bob):
    transports.siren = "732829320"
    transports.save()
    client.force_login(bob)
    response = client.post(
        url_of("_edit", ateliers), profile_data(ateliers, siren=transports.siren)
    )
    assert response.status_code == 422
    assert "already on PHARE" in response.content.decode()


def test_a_new_name_tells_that_it_will_be_checked_again(client, ateliers, bob, dora):
    verify_organisation(ateliers, by=dora)
    client.force_login(bob)
    response = client.post(
        url_of("_edit", ateliers), profile_data(ateliers, name="Other"), follow=True
    )
    assert "check your organisation again" in response.content.decode()


def test_pausing_and_coming_back(client, ateliers, bob):
    client.force_login(bob)
    client.post(url_of("_activity", ateliers), {"deed": "pause", "until": ""})
    ateliers.refresh_from_db()
    assert ateliers.status == Status.PAUSED
    assert "suggested to nobody" in client.get(ateliers.get_absolute_url()).content.decode()
    client.post(url_of("_activity", ateliers), {"deed": "resume"})
    ateliers.refresh_from_db()
    assert ateliers.status == Status.ACTIVE


@pytest.mark.parametrize(
    "data",
    [
        {"deed": "pause", "until": "yesterday"},
        {"deed": "pause", "until": "2020-01-01"},
        {"deed": "explode"},
        {"deed": "resume"},
        {},
    ],
)
def test_a_deed_that_cannot_be_done_is_told(client, ateliers, bob, data):
    client.force_login(bob)
    response = client.post(url_of("_activity", ateliers), data, follow=True)
    assert "alert-danger" in response.content.decode()
    ateliers.refresh_from_db()
    assert ateliers.status == Status.ACTIVE


def test_owners_alone_close_and_open_again(client, ateliers, alice, bob):
    client.force_login(bob)
    assert client.post(url_of("_activity", ateliers), {"deed": "close"}).status_code == 404
    client.force_login(alice)
    client.post(url_of("_activity", ateliers), {"deed": "close"})
    ateliers.refresh_from_db()
    assert ateliers.status == Status.CLOSED
    client.post(url_of("_activity", ateliers), {"deed": "reopen"})
    ateliers.refresh_from_db()
    assert ateliers.status == Status.ACTIVE


def test_the_number_of_queries_is_known(client, declared, alice, django_assert_max_num_queries):
    client.force_login(alice)
    client.get(declared.get_absolute_url())
    with django_assert_max_num_queries(17):
        client.get(declared.get_absolute_url())


def test_what_came_from_a_file_says_so_until_the_organisation_speaks(client, places, nina):
    imported = OrganisationFactory(home=places["niort"], source="register-2026", source_ref="1")
    DeclarationFactory(organisation=imported, domain_id=5)
    client.force_login(nina)
    assert "register-2026" in client.get(imported.get_absolute_url()).content.decode()
    declare(imported, by=None, declarations=[Declared(5, "acts", 1)])
    assert "register-2026" not in client.get(imported.get_absolute_url()).content.decode()
