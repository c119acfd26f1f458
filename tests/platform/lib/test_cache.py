"""The cache: shared while Redis is there, and limits that hold while it is not."""

import socket
import threading
import time

import pytest
from django.core.cache import cache
from django.urls import reverse

from phare_platform.lib.cache import AWAY, SteadyCache
from phare_platform.settings import ACCOUNT_RATE_LIMITS
from tests.platform.conftest import PASSWORD


@pytest.fixture
def nowhere(tmp_path):
    """An address at which no Redis listens."""
    return f"unix://{tmp_path}/redis.sock?db=0"


@pytest.fixture
def frozen(tmp_path):
    """An address that takes connections and never answers, as a stopped process does."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "redis.sock"))
        listener.listen(50)
        yield f"unix://{tmp_path}/redis.sock?db=0"


def steady(address):
    return SteadyCache(address, {"OPTIONS": {"socket_timeout": 0.2}, "KEY_PREFIX": "steady"})


def test_the_cache_of_the_settings_is_shared_through_redis():
    assert isinstance(cache._connections[cache._alias], SteadyCache)
    cache.set("steady", 1)
    found = []
    thread = threading.Thread(target=lambda: found.append(cache.get("steady")))
    thread.start()
    thread.join()
    assert found == [1]
    cache.delete("steady")


def test_without_redis_the_process_remembers(nowhere):
    memory = steady(nowhere)
    memory.clear()
    assert memory.add("a", 1)
    assert not memory.add("a", 2)
    assert memory.incr("a") == 2
    memory.set_many({"b": 2, "c": 3})
    assert memory.get_many(["a", "b", "c"]) == {"a": 2, "b": 2, "c": 3}
    assert "a" in memory
    assert memory.get_or_set("d", 4) == 4
    memory.delete("a")
    assert memory.get("a", "gone") == "gone"


def test_a_frozen_redis_costs_one_short_wait_and_not_one_each(frozen):
    memory = steady(frozen)
    start = time.monotonic()
    for number in range(20):
        memory.set(f"k{number}", number)
    assert time.monotonic() - start < 1.5


def test_while_it_is_frozen_one_thread_asks_again_and_the_others_do_not_wait(frozen, monkeypatch):
    steady(frozen).get("k")
    later, clock = AWAY + 1, time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + later)
    waited = []

    def ask():
        start = time.perf_counter()
        steady(frozen).get("k")
        waited.append(time.perf_counter() - start)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(seconds > 0.15 for seconds in waited) == 1


def test_redis_is_used_again_when_it_is_back(nowhere, monkeypatch):
    memory = steady(nowhere)
    memory.set("k", 1)
    calls = []
    later = time.monotonic() + AWAY + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    monkeypatch.setattr(type(memory._cache), "get", lambda *_: calls.append(1))
    memory.get("k")
    assert calls


@pytest.mark.django_db
def test_guessing_is_stopped_also_while_redis_is_away(client, alice, nowhere, settings):
    settings.CACHES = {
        "default": {"BACKEND": "phare_platform.lib.cache.SteadyCache", "LOCATION": nowhere}
    }
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS
    assert cache._servers == [nowhere]
    cache.clear()
    login = reverse("account_login")
    for _ in range(10):
        assert client.post(login, {"login": alice.email, "password": "no"}).status_code == 200
    refused = client.post(login, {"login": alice.email, "password": PASSWORD})
    assert refused.status_code != 302
    assert client.get("/api/v1/").status_code in (200, 401), "the API's limits work as well"
    cache.clear()
