"""Everyone kept in the memory of a worker from one edit to the next."""

import time
from threading import Timer

from django.db import transaction

from partnerships.matching.models import Policy
from partnerships.matching.queries.everyone import Everyone

IDLE = 600.0  # seconds until a worker without edits forgets
_remembered: dict[str, Everyone] = {}
_clock: dict[str, Timer] = {}


def everyone_now(policy: Policy, *, remember: bool) -> Everyone:
    """Everyone under a policy, as the database has them now, changes of this transaction included.

    What this process remembers is brought in step; without, all is loaded. With `remember` it is
    kept for the next time, once this transaction is committed: should it fail, what was put in
    meanwhile may be wrong, and is lost with it.
    """
    everyone = _remembered.pop("everyone", None)
    if everyone is None or everyone.policy != policy or not everyone.bring_in_step():
        del everyone  # before another one takes as much memory
        everyone = Everyone(policy)
    if remember:
        transaction.on_commit(lambda: _keep(everyone))
    return everyone


def policy_remembered(pk: int | None) -> Policy | None:
    """The policy that everyone is remembered under, if it is this one: policies never change."""
    everyone = _remembered.get("everyone")
    return everyone.policy if everyone and everyone.policy.pk == pk else None


def forget() -> None:
    """Give the memory back."""
    _remembered.clear()


def _keep(everyone: Everyone) -> None:
    _remembered["everyone"] = everyone
    if "idle" not in _clock:
        _start(IDLE)


def _start(seconds: float) -> None:
    _clock["idle"] = Timer(seconds, _forget_if_idle)
    _clock["idle"].daemon = True
    _clock["idle"].start()


def _forget_if_idle() -> None:
    del _clock["idle"]
    if everyone := _remembered.get("everyone"):
        left = everyone.looked_at + IDLE - time.monotonic()
        if left > 0:
            _start(left)
        else:
            _remembered.clear()
