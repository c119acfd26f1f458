"""API tokens: shown once, kept as a digest, ended by their owner alone, useless for making more."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from phare_platform.accounts import services
from phare_platform.accounts.queries import tokens_of
from phare_platform.lib.errors import Refusal
from phare_platform.lib.models import IdempotencyKey
from tests.platform.conftest import PASSWORD

pytestmark = pytest.mark.django_db
API = "/api/v1/tokens/"


@pytest.fixture
def signed_in(client, alice):
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def bearer(secret):
    return {"authorization": f"Token {secret}"}


def test_a_token_opens_the_api_and_only_its_digest_is_kept(client, signed_in, alice):
    page = signed_in.post(reverse("tokens"), {"days": "90", "idempotency_key": "k" * 24})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert secret.startswith("phare_")
    assert client.__class__().get("/api/v1/", headers=bearer(secret)).status_code == 200
    assert secret not in signed_in.get(reverse("tokens")).content.decode()
    with connection.cursor() as cursor:
        for model in (AuthToken, IdempotencyKey):
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")  # noqa: S608
            rows = str(cursor.fetchall())
            assert secret not in rows
            assert secret.encode().hex() not in rows


def test_a_repeated_form_makes_no_second_token_and_returns_to_the_list(signed_in, alice):
    wish = {"days": "90", "idempotency_key": "k" * 24}
    assert signed_in.post(reverse("tokens"), wish).status_code == 200
    again = signed_in.post(reverse("tokens"), wish)
    assert (again.status_code, again.headers["Location"]) == (303, reverse("tokens"))
    assert tokens_of(alice).count() == 1


def test_a_repeated_api_request_is_told_that_it_was_done(signed_in, alice):
    header = {"idempotency-key": "once"}
    first = signed_in.post(API, {"days": 30}, "application/json", headers=header)
    again = signed_in.post(API, {"days": 30}, "application/json", headers=header)
    assert (first.status_code, again.status_code) == (201, 409)
    assert first.json()["token"] not in again.content.decode()
    assert tokens_of(alice).count() == 1


def test_a_token_neither_sees_nor_makes_nor_ends_tokens(client, alice):
    token, secret = services.create_token(alice)
    assert client.get(API, headers=bearer(secret)).status_code == 401
    made = client.post(API, {"days": 1}, "application/json", headers=bearer(secret))
    assert made.status_code == 401
    ended = client.delete(f"{API}{token.token_key}/", headers=bearer(secret))
    assert ended.status_code == 401
    assert tokens_of(alice).count() == 1


def test_an_old_session_must_give_the_password_again(signed_in, alice):
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert signed_in.post(API, {}, "application/json").status_code == 403
        asked = signed_in.post(reverse("tokens"), {"days": "90"})
        assert asked.url.startswith(reverse("account_reauthenticate"))
        assert not tokens_of(alice).exists()
        page = signed_in.post(asked.url, {"password": PASSWORD})
        assert page.context["secret"], "then the deed that was waiting is done"


def test_a_stranger_cannot_end_somebody_s_token(signed_in, charlie):
    token, _ = services.create_token(charlie)
    assert signed_in.delete(f"{API}{token.token_key}/").status_code == 404
    assert signed_in.post(reverse("token_revoke", args=[token.token_key])).status_code == 404
    assert tokens_of(charlie).count() == 1


def test_the_owner_ends_a_token_at_once(client, signed_in, alice):
    token, secret = services.create_token(alice)
    signed_in.post(reverse("token_revoke", args=[token.token_key]))
    assert client.__class__().get("/api/v1/", headers=bearer(secret)).status_code == 401


def test_a_token_ends_by_itself(client, alice):
    _token, secret = services.create_token(alice, days=30)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert client.get("/api/v1/", headers=bearer(secret)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert client.get("/api/v1/", headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize("days", [0, -1, 366])
def test_no_token_outlives_a_year(signed_in, alice, days):
    with pytest.raises(Refusal):
        services.create_token(alice, days=days)
    answer = signed_in.post(API, {"days": days}, "application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"]["days"]


def test_ten_tokens_are_enough(signed_in, alice):
    for _ in range(services.MOST_TOKENS):
        services.create_token(alice)
    answer = signed_in.post(API, {}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_tokens")
    page = signed_in.post(reverse("tokens"), {"days": "90"})
    assert page.context["form"].non_field_errors()
