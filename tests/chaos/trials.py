"""The trials of `make chaos-mail`, in order, with what each asks for."""

import importlib
from collections.abc import Callable
from typing import NamedTuple

from tests.chaos.figures import Figure


class Trial(NamedTuple):
    """One function of this package, at the pass figures of the bar."""

    name: str
    function: str  # module.function
    values: dict[str, float]
    environment: dict[str, str] = {}
    alone: bool = False  # it measures time

    def run(self, world: object, **values: float) -> list[Figure]:
        """Measure; `values` replace those of the bar, for a shorter run."""
        module, _, name = self.function.partition(".")
        measure: Callable[..., list[Figure]] = getattr(
            importlib.import_module(f"tests.chaos.{module}"), name
        )
        return measure(world, **(self.values | values))


REMEMBERS = {"OUTBOX_RELAY_REMEMBERS": "3600"}
STORM = {"kills": 1000, "trees": 50}
TRIALS = [
    Trial("killed", "kills.killed", STORM | {"mails": 1200, "chance": 0.15}),
    Trial(
        "recognised", "kills.killed_with_memory", STORM | {"mails": 1500, "chance": 0.1}, REMEMBERS
    ),
    Trial("delay", "kills.control_early", {"mails": 150, "chance": 0.15}),
    Trial("acks-late", "kills.control_late", {"mails": 150, "chance": 0.15}),
    Trial("blind-retry", "kills.control_blind", {"mails": 150, "chance": 0.1}),
    Trial("poison", "kills.poison", {"mails": 1000}, REMEMBERS),
    Trial("no-counter", "kills.control_poison", {"deaths": 8}),
    Trial("moods", "server.moods", {"mails": 1000}),
    Trial("stalled", "server.stalled", {}),
    Trial("plain-retry", "server.control_retry", {"mails": 200}),
    Trial("emptied", "broker.emptied", {"times": 100, "mails": 1000}),
    Trial("only-redis", "broker.control_unsupervised", {"mails": 50}),
    Trial("beats", "clock.beats", {"slots": 100, "seconds": 2}),
    Trial("clocks", "clock.wrong_clocks", {"mails": 200}),
    Trial("calendar", "clock.calendar", {}),
    Trial("scanners", "readers.scanners", {}),
    Trial("unsubscribed", "readers.unsubscribed", {"people": 200}),
    Trial("away", "broker.away", {"writes": 1000}, alone=True),
]
