"""The pages of one's own account: hub, profile, language, two-step sign-in, mail choices."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from phare_platform.outbox.models import Message, Unsubscription
from tests.platform.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PAGES = [
    *["account", "profile", "tokens", "mail_preferences", "account_email"],
    *["account_change_password", "mfa_index", "mfa_list_webauthn", "usersessions_list"],
]


@pytest.fixture
def signed_in(client, alice):
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    return client


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_sent_to_the_login_page(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_each_page_answers_and_the_hub_leads_to_it(signed_in, name):
    assert signed_in.get(reverse(name)).status_code == 200
    assert f'href="{reverse(name)}"' in signed_in.get(reverse("account")).content.decode()


def test_a_person_changes_name_and_language(signed_in, alice):
    data = {"display_name": "Alice Dupont", "language": "en"}
    assert signed_in.post(reverse("profile"), data).status_code == 302
    alice.refresh_from_db()
    assert (alice.display_name, alice.language) == ("Alice Dupont", "en")
    page = signed_in.get(reverse("profile"))
    assert '<html lang="en"' in page.content.decode()


def test_an_unknown_language_is_refused_and_changes_nothing(signed_in, alice):
    page = signed_in.post(reverse("profile"), {"display_name": "Mallory", "language": "xx"})
    assert page.context["form"].errors["language"]
    assert "Alice Martin" in page.content.decode(), "the header still shows the kept name"
    alice.refresh_from_db()
    assert (alice.display_name, alice.language) == ("Alice Martin", "fr")


def test_pages_speak_the_language_of_the_account_not_of_the_browser(signed_in, charlie):
    page = signed_in.get(reverse("account"), headers={"accept-language": "en"})
    assert page.headers["Content-Language"] == "fr"
    signed_in.force_login(charlie)
    page = signed_in.get(reverse("account"), headers={"accept-language": "fr"})
    assert page.headers["Content-Language"] == "en"


def test_a_visitor_gets_the_language_of_the_browser(client):
    page = client.get(reverse("account_login"), headers={"accept-language": "en"})
    assert page.headers["Content-Language"] == "en"
    assert client.get(reverse("account_login")).headers["Content-Language"] == "fr"


def test_two_step_sign_in_is_set_up_and_then_asked_for(
    signed_in, alice, django_capture_on_commit_callbacks
):
    page = signed_in.get(reverse("mfa_activate_totp"))
    assert page.url.startswith(reverse("account_reauthenticate"))
    signed_in.post(page.url, {"password": PASSWORD})
    page = signed_in.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    counter = next(yield_hotp_counters_from_time())
    code = f"{hotp_value(secret, counter):06d}"
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer.status_code == 302
    assert TOTP(alice.authenticator_set.get(type="totp")).instance.user == alice
    assert Message.objects.filter(to=alice.email).exists(), "the person is told"
    other = signed_in.__class__()
    answer = other.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert other.get(reverse("account")).status_code == 302


def test_a_person_chooses_which_messages_arrive(signed_in, alice):
    page = signed_in.get(reverse("mail_preferences"))
    assert set(page.context["form"].initial["kinds"]) >= {"digest", "introduction"}
    signed_in.post(reverse("mail_preferences"), {"kinds": ["introduction", "partnership"]})
    refused = set(Unsubscription.objects.values_list("address", "kind"))
    assert (alice.email, "digest") in refused
    assert (alice.email, "introduction") not in refused
    assert not any(kind == "security" for _, kind in refused)
    signed_in.post(reverse("mail_preferences"), {"kinds": ["digest", "security"]})
    assert (alice.email, "digest") in set(Unsubscription.objects.values_list("address", "kind"))


def test_security_is_no_kind_that_the_page_offers(signed_in):
    assert 'value="security"' not in signed_in.get(reverse("mail_preferences")).content.decode()
