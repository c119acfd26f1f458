"""The same request twice is one effect and one answer."""

import threading
import time
from datetime import timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import JsonResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from phare_platform.lib.models import IdempotencyKey
from phare_platform.lib.tasks import forget_old_keys

DEEDS = []
PACE = {"seconds": 0.0, "status": 201}


@csrf_exempt
@login_not_required
def deed(request):
    """A view that does something each time it is called."""
    time.sleep(PACE["seconds"])
    if PACE["status"] >= 500:
        raise ZeroDivisionError
    DEEDS.append(request.path)
    return JsonResponse(
        {"number": len(DEEDS)},
        status=PACE["status"],
        headers={"Location": f"/deed/{len(DEEDS)}/", "X-Secret": "not kept"},
    )


@csrf_exempt
@login_not_required
def download(request):
    return StreamingHttpResponse(["a", "b"])


urlpatterns = [
    path("deed/", deed),
    path("download/", download),
    path("", include("phare_platform.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _calm():
    DEEDS.clear()
    PACE.update(seconds=0.0, status=201)


def post_form(client, key="k" * 32, **fields):
    return client.post("/deed/", {"idempotency_key": key, "name": "x"} | fields)


def post_json(client, key="key-1", body=None, **headers):
    return client.post(
        "/deed/",
        body or {"name": "x"},
        "application/json",
        headers={"idempotency-key": key} | headers,
    )


def together(count, request):
    """The answers to `count` requests sent at the same moment, each from a browser of its own."""
    barrier, answers = threading.Barrier(count), []

    def send():
        client = Client()
        barrier.wait()
        answers.append(request(client))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_double_click_is_one_deed_and_both_see_its_answer():
    PACE["seconds"] = 0.3
    answers = together(4, post_form)
    assert len(DEEDS) == 1
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, b'{"number": 1}')}


def test_an_api_request_under_way_is_told_to_wait():
    PACE["seconds"] = 0.5
    answers = together(2, post_json)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    waiting = next(answer for answer in answers if answer.status_code == 409)
    assert waiting.headers["Retry-After"] == "2"
    assert waiting.headers["Content-Type"] == "application/problem+json"
    assert len(DEEDS) == 1


def test_a_repetition_gets_the_same_answer_again(client):
    first, again = post_json(client), post_json(client)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Location"] == "/deed/1/"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert "X-Secret" not in again.headers


def test_the_same_key_with_another_body_or_way_is_refused(client):
    post_json(client)
    assert post_json(client, body={"name": "y"}).status_code == 422
    other = client.delete("/deed/", headers={"idempotency-key": "key-1"})
    assert other.status_code == 422
    assert len(DEEDS) == 1


def test_the_same_form_filled_in_anew_is_another_deed(client):
    """Back, correct, send again: the page's hidden key is the same, the wish is not."""
    post_form(client)
    post_form(client, name="y")
    assert len(DEEDS) == 2


def test_without_a_key_nothing_is_kept(client):
    for _ in range(2):
        client.post("/deed/", {"name": "x"})
        client.get("/deed/", headers={"idempotency-key": "key-1"})
    assert len(DEEDS) == 4
    assert not IdempotencyKey.objects.exists()


def test_a_refused_or_broken_request_may_be_tried_again(client):
    client.raise_request_exception = False
    for status in (400, 409, 429, 500):
        PACE["status"] = status
        assert post_json(client).status_code == status
        assert not IdempotencyKey.objects.exists()
    PACE["status"] = 201
    assert post_json(client).status_code == 201


def test_nobody_replays_what_somebody_else_did(client, alice, charlie):
    client.force_login(alice)
    post_json(client)
    stranger = Client()
    stranger.force_login(charlie)
    assert post_json(stranger).json() == {"number": 2}
    assert post_json(Client(), authorization="Token abc").json() == {"number": 3}
    assert post_json(Client(), authorization="Token abd").json() == {"number": 4}
    assert post_json(Client()).json() == {"number": 5}


def test_a_process_that_died_holds_its_key_for_a_minute_only(client):
    post_json(client)
    IdempotencyKey.objects.update(status=None, locked_until=timezone.now() + timedelta(seconds=30))
    assert post_json(client).status_code == 409
    IdempotencyKey.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert post_json(client, body={"name": "y"}).status_code == 422
    assert post_json(client).json() == {"number": 2}
    assert post_json(client).json() == {"number": 2}


def test_an_expired_key_is_taken_over_once():
    post_json(Client())
    IdempotencyKey.objects.update(status=None, locked_until=timezone.now() - timedelta(seconds=1))
    PACE["seconds"] = 0.3
    answers = together(4, post_json)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(DEEDS) == 2


@pytest.mark.parametrize("key", ["x" * 10_000, "\udcff\udcfe", "é" * 50, "a\tb"])
def test_any_key_will_do(client, key):
    assert post_form(client, key=key.encode("utf-8", "replace").decode()).status_code == 201
    if key.isascii():
        assert post_json(client, key=key).status_code == 201


def test_a_download_is_passed_through_and_not_kept(client):
    answer = client.post("/download/", {"idempotency_key": "k"})
    assert b"".join(answer.streaming_content) == b"ab"
    assert not IdempotencyKey.objects.exists()


def test_keys_are_forgotten_after_a_day(client):
    post_json(client)
    post_json(client, key="key-2")
    IdempotencyKey.objects.filter(pk=IdempotencyKey.objects.earliest("pk").pk).update(
        created_at=timezone.now() - timedelta(days=1, minutes=1)
    )
    assert forget_old_keys() == 1


def test_every_form_field_of_the_tag_is_new():
    from django.template import engines

    template = engines["django"].from_string("{% idempotency_key %}{% idempotency_key %}")
    first, second = template.render({}).split("><")
    assert first != second
    assert 'name="idempotency_key"' in first
