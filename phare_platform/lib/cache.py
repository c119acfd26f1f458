"""Redis as a cache that may fail: while it is away or frozen, each process remembers by itself.

Nothing that matters lives only here. What does live here are limits on attempts: they go on being
counted, by process instead of for all, rather than being lifted or locking everybody out.
"""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Frozen

AWAY = 5.0  # seconds before Redis is tried again
METHODS = [
    *["add", "get", "set", "touch", "delete", "has_key", "incr", "clear"],
    *["get_many", "set_many", "delete_many"],
]


# By address, for all threads of the process, each of which has a cache object of its own.
_away_until: dict[str, float] = {}


class SteadyCache(RedisCache):
    """Django's Redis cache with the memory of the process to fall back on."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        """`params` as for Django's own, `OPTIONS` with a short `socket_timeout`."""
        super().__init__(server, params)
        self._spare = LocMemCache("steady", {**params, "OPTIONS": {}})
        self.address = server


def _steady(name: str) -> Callable[..., Any]:
    in_redis, in_memory = getattr(RedisCache, name), getattr(LocMemCache, name)

    def method(self: SteadyCache, *args: Any, **kwargs: Any) -> Any:
        now, until = time.monotonic(), _away_until.get(self.address, 0.0)
        if now >= until:
            if until:  # it was away: one thread asks again, the others need not wait with it
                _away_until[self.address] = now + AWAY
            try:
                answer = in_redis(self, *args, **kwargs)
            except (Unreachable, Frozen):
                _away_until[self.address] = time.monotonic() + AWAY
            else:
                _away_until.pop(self.address, None)
                return answer
        return in_memory(self._spare, *args, **kwargs)

    method.__name__, method.__doc__ = name, in_redis.__doc__
    return method


for _name in METHODS:
    setattr(SteadyCache, _name, _steady(_name))
