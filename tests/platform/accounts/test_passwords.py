"""Passwords: reset without telling who has an account, limits on guessing, tokens that die."""

import re

import pytest
from django.conf import settings as real_settings
from django.core.cache import cache
from django.urls import reverse

from phare_platform.accounts import services
from phare_platform.accounts.queries import tokens_of
from phare_platform.outbox.models import Message
from phare_platform.settings import ACCOUNT_RATE_LIMITS
from tests.platform.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another lighthouse far from home"


@pytest.fixture
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS
    cache.clear()
    yield
    cache.clear()


def log_in(client, person, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": person.email, "password": password})


def test_a_reset_answers_alike_for_known_and_unknown_addresses(client, alice):
    page = reverse("account_reset_password")
    known = client.post(page, {"email": alice.email})
    unknown = client.post(page, {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert dict(known.headers) == dict(unknown.headers)
    assert client.get(known.url).status_code == 200
    assert {message.to for message in Message.objects.all()} == {alice.email, "nobody@example.org"}


def test_the_link_of_the_mail_sets_a_new_password_once(client, alice):
    services.create_token(alice)
    client.post(reverse("account_reset_password"), {"email": alice.email})
    link = re.search(r"http\S+", Message.objects.get().text).group()
    page = client.get(link, follow=True).redirect_chain[-1][0]
    assert client.post(page, {"password1": NEW, "password2": NEW}).status_code == 302
    assert log_in(client, alice, NEW).status_code == 302
    assert not tokens_of(alice).exists(), "tokens made under the old password are gone"
    told = Message.objects.order_by("-pk").first()
    assert told.to == alice.email
    again = client.__class__().get(link, follow=True)
    assert again.context["token_fail"]


def test_guessing_is_stopped_even_with_the_right_password(client, alice, limits):
    for _ in range(10):
        assert log_in(client, alice, "wrong").status_code == 200
    refused = log_in(client, alice)
    assert refused.status_code != 302
    assert client.get(reverse("account")).status_code == 302


def test_limits_and_secrecy_are_in_force_outside_the_tests():
    from phare_platform import settings

    assert settings.ACCOUNT_RATE_LIMITS["login_failed"] == "10/5m/key,50/5m/ip"
    assert real_settings.ACCOUNT_PREVENT_ENUMERATION is True
    assert real_settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT <= 600
    assert real_settings.ACCOUNT_REAUTHENTICATION_REQUIRED is True
    assert real_settings.ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE is True
    assert real_settings.MFA_TOTP_TOLERANCE == 0


def test_a_change_of_password_ends_other_sessions_and_tokens(client, alice):
    other = client.__class__()
    for browser in (client, other):
        log_in(browser, alice)
    services.create_token(alice)
    change = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), change).status_code == 302
    assert other.get(reverse("account")).status_code == 302
    assert not tokens_of(alice).exists()
