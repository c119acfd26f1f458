"""What cannot be stored is refused at the edge, never a fault of ours."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from phare_platform.lib.validators import clean_text
from tests.platform.conftest import PASSWORD


@pytest.mark.parametrize("value", ["a\0", "\ud800", {"k": ["x", {"\0": 1}]}, [["\udfff"]]])
def test_texts_that_the_database_refuses_are_refused_first(value):
    with pytest.raises(ValidationError):
        clean_text(value)


def test_other_values_pass_unchanged():
    value = {"a": ["é", 1, None, True], "b": {"c": "😀"}}
    assert clean_text(value) is value


@pytest.mark.parametrize(
    "body", [rb'{"days": "\u0000"}', rb'{"\ud800": 1}', b"[" * 100_000, b"{", b"\xff"]
)
def test_odd_json_is_a_400(client, alice, body):
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post("/api/v1/tokens/", body, "application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/dev/courrier/?to=%00",
        "/territoires/%00/x/",
        "/?a%00=1",
        "/compte/login/?next=%00",
        "/%ff/",
        "/?q=%ed%a0%80",
    ],
)
def test_odd_bytes_in_an_address_are_no_fault_of_ours(client, address):
    assert client.get(address).status_code in (200, 302, 400, 404)


@pytest.mark.django_db
def test_a_nul_in_a_form_is_said_at_its_field(client):
    answer = client.post(reverse("account_login"), {"login": "a\0@b.fr", "password": "x"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["login"]


@pytest.mark.django_db(transaction=True)
def test_a_nul_that_no_form_caught_is_a_400_with_words(client, alice):
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/compte/jetons/%00/revoquer/", {"idempotency_key": "\0"})
    assert answer.status_code in (400, 404)
    assert "PHARE" in answer.content.decode()
