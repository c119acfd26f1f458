"""Everyone kept in the memory of a worker from one edit to the next."""

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


def forget() -> None:
    """Give the memory back."""
    _remembered.clear()
    for clock in (_clock.pop(name) for name in list(_clock)):
        clock.cancel()


def _keep(everyone: Everyone) -> None:
    forget()
    _remembered["everyone"] = everyone
    _clock["idle"] = Timer(IDLE, forget)
    _clock["idle"].daemon = True
    _clock["idle"].start()
