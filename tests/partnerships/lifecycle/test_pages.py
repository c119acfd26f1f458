"""What the pages say, keep and refuse."""

import pytest
from django.urls import reverse

from partnerships.lifecycle.models import Partner, Partnership, PartnershipEvent, PointAnswer
from partnerships.lifecycle.services import open_partnership
from tests.partnerships.lifecycle.cast import fresh, lead_to, settle

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"partnerships:{name}", args=args)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def page_of(client, partnership):
    return client.get(partnership.get_absolute_url()).content.decode()


def test_the_page_says_what_is_missing_and_has_no_button_to_move_on(client, partnership, alice):
    client.force_login(alice)
    page = page_of(client, partnership)
    assert "#point-PR10" in page
    assert "#point-PR15" in page
    assert url("partnership_stage", partnership.pk) not in page
    settle(partnership, "PR10", "PR15", by=alice)
    assert url("partnership_stage", partnership.pk) in page_of(client, partnership)


def test_moving_on_from_the_page(client, partnership, alice):
    settle(partnership, "PR10", "PR15", by=alice)
    client.force_login(alice)
    sent = {"to": "accompany", "expected_version": 1}
    response = client.post(url("partnership_stage", partnership.pk), sent, follow=True)
    assert fresh(partnership).stage == "accompany"
    assert response.redirect_chain[-1][0] == partnership.get_absolute_url()


@pytest.mark.parametrize(
    "sent",
    [
        {"to": "closed", "expected_version": 1, "decision": "renew"},
        {"to": "evaluate", "expected_version": 1},
        {"to": "<script>", "expected_version": 1},
        {"to": "accompany", "expected_version": "first"},
        {"to": "accompany", "expected_version": 1, "decision": "marry"},
        {},
    ],
)
def test_a_stage_jump_or_nonsense_is_answered_with_a_sentence(client, partnership, alice, sent):
    settle(partnership, "PR10", "PR15", by=alice)
    client.force_login(alice)
    response = client.post(url("partnership_stage", partnership.pk), sent, follow=True)
    assert response.status_code == 200
    assert len(messages_of(response)) == 1
    assert fresh(partnership).stage == "prepare"


def test_the_second_of_two_who_move_is_told_the_present_stage(client, partnership, alice, bob):
    settle(partnership, "PR10", "PR15", by=alice)
    sent = {"to": "accompany", "expected_version": 1}
    client.force_login(alice)
    client.post(url("partnership_stage", partnership.pk), sent)
    client.force_login(bob)
    response = client.post(url("partnership_stage", partnership.pk), sent, follow=True)
    assert "Accompany" in messages_of(response)[-1]


def test_a_double_click_is_one_deed(client, partnership, alice):
    client.force_login(alice)
    sent = {"text": "Une fois", "idempotency_key": "a" * 32}
    first = client.post(url("partnership_note", partnership.pk), sent)
    second = client.post(url("partnership_note", partnership.pk), sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert PartnershipEvent.objects.filter(kind="note").count() == 1


def test_html_in_titles_notes_and_names_is_shown_as_text(
    client, register, workshops, rides, poitiers, alice
):
    bad = "<script>alert(1)</script>"
    rides.name = bad
    rides.save()
    partnership = open_partnership(
        title=bad, organisations=[workshops, rides], place=poitiers, domains=[], by=alice,
        purpose=bad,
    )  # fmt: skip
    client.force_login(alice)
    client.post(url("partnership_note", partnership.pk), {"text": bad})
    pages = [
        partnership.get_absolute_url(),
        url("partnership_index"),
        url("partnership_index") + "?view=board",
        url("partnership_edit", partnership.pk),
    ]
    for page in pages:
        text = client.get(page).content.decode()
        assert bad not in text
        assert "&lt;script&gt;" in text


def test_a_point_without_evidence_is_refused_at_its_field_and_keeps_what_was_chosen(
    client, partnership, alice
):
    client.force_login(alice)
    response = client.post(
        url("partnership_point", partnership.pk, "PR10"), {"state": "done", "evidence": ""}
    )
    assert response.status_code == 200
    assert "evidence" in response.context["form"].errors
    assert response.context["form"]["state"].value() == "done"
    assert not PointAnswer.objects.exists()


def test_a_point_saved_leads_back_to_its_place(client, partnership, alice):
    client.force_login(alice)
    response = client.post(
        url("partnership_point", partnership.pk, "PR10"),
        {"state": "done", "evidence": "200 salariés, juin 2027"},
    )
    assert response["Location"] == f"{partnership.get_absolute_url()}#point-PR10"
    assert "200 salariés, juin 2027" in page_of(client, partnership)


def test_an_unknown_point_is_not_found(client, partnership, alice):
    client.force_login(alice)
    assert client.get(url("partnership_point", partnership.pk, "ZZ99")).status_code == 404


def test_ending_without_a_reason_shows_the_form_again(client, partnership, alice):
    client.force_login(alice)
    sent = {"expected_version": 1, "note": "Fatigue"}
    response = client.post(url("partnership_end", partnership.pk), sent)
    assert response.status_code == 200
    assert "reason" in response.context["form"].errors
    assert "Fatigue" in response.content.decode()
    client.post(url("partnership_end", partnership.pk), {**sent, "reason": "no_time"})
    assert fresh(partnership).end_note == "Fatigue"
    page = page_of(client, partnership)
    assert "Fatigue" in page
    assert url("partnership_end", partnership.pk) not in page


def test_two_who_edit_at_once_the_second_keeps_the_text_and_is_told(
    client, partnership, alice, poitiers
):
    client.force_login(alice)
    sent = {
        "title": "Navettes du soir",
        "place": poitiers.pk,
        "domains": [11],
        "expected_version": 1,
    }
    edit = url("partnership_edit", partnership.pk)
    assert client.post(edit, sent).status_code == 302
    late = client.post(edit, {**sent, "title": "Navettes de midi"})
    assert late.status_code == 200
    assert "Navettes de midi" in late.content.decode()
    assert late.context["form"].non_field_errors()
    assert fresh(partnership).title == "Navettes du soir"


def test_opening_by_hand_invites_the_other_side(
    client, register, workshops, rides, poitiers, alice
):
    client.force_login(alice)
    found = client.get(url("partnership_new"), {"q": "MOBILITES vienne"})
    assert [o.name for o in found.context["found"]] == [rides.name]
    sent = {"with": [rides.pk], "title": "Navettes", "place": poitiers.pk, "domains": [11]}
    client.post(url("partnership_new"), sent)
    partnership = Partnership.objects.get()
    partners = dict(Partner.objects.values_list("organisation", "agreed_at"))
    assert partners[workshops.pk] is not None
    assert partners[rides.pk] is None
    assert partnership.opened_by == alice


def test_opening_with_wrong_input_keeps_the_rest(client, register, workshops, rides, alice):
    client.force_login(alice)
    sent = {"with": [rides.pk], "title": "", "place": 10**8, "domains": [99], "purpose": "Aller"}
    response = client.post(url("partnership_new"), sent)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"title", "place", "domains"}
    assert "Aller" in response.content.decode()
    assert not Partnership.objects.exists()


def test_opening_alone_is_refused(client, register, workshops, poitiers, alice):
    client.force_login(alice)
    sent = {"title": "Seule", "place": poitiers.pk, "domains": [1], "with": ["x", "0"]}
    response = client.post(url("partnership_new"), sent)
    assert response.status_code == 200
    assert not Partnership.objects.exists()


def test_a_facilitator_opens_on_behalf_and_both_sides_are_asked(
    client, register, workshops, rides, poitiers, fanny
):
    client.force_login(fanny)
    sent = {
        "with": [workshops.pk, rides.pk],
        "title": "À deux",
        "place": poitiers.pk,
        "domains": [1],
    }
    client.post(url("partnership_new"), sent)
    assert set(Partner.objects.values_list("agreed_at", flat=True)) == {None}
    event = PartnershipEvent.objects.get(kind="opened")
    assert (event.actor, event.on_behalf_of) == (fanny, None)


def test_what_was_written_in_a_stage_behind_stays_readable(client, partnership, alice):
    lead_to(partnership, "accompany", by=alice)
    client.force_login(alice)
    assert page_of(client, partnership).count("Compte rendu du 3 mai") == 2


def test_the_page_is_complete_in_english(client, partnership, bob):
    client.force_login(bob)
    page = page_of(client, partnership)
    assert "Sign an agreement" in page
    assert "Signer un accord" not in page
