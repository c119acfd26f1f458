"""What must hold (and what is aimed at), for which number of organisations."""

from collections.abc import Mapping
from typing import NamedTuple

MILLION, HUNDRED_THOUSAND = 1_000_000, 100_000


class Floor(NamedTuple):
    """A measure, its bounds and the number of organisations for which they are binding."""

    measure: str
    what: str
    at: int  # 0: always
    bound: float
    aim: float
    at_most: bool = False
    form: str = ",.2f"

    def holds(self, value: float) -> bool:
        """True on the right side of the bound."""
        return value <= self.bound if self.at_most else value >= self.bound


FLOORS = [
    Floor("sql_over_engine", "SQL per organisation / engine, full refresh",
          HUNDRED_THOUSAND, 1_000, 3_000, form=",.0f"),
    Floor("sql_over_engine", "SQL per organisation / engine, full refresh",
          MILLION, 3_000, 8_000, form=",.0f"),
    Floor("pair_rate_over_limit", "engine pair rate / limit kernel, warm", MILLION, 0.5, 0.8),
    Floor("sql_over_incremental", "one edited organisation, SQL / engine",
          HUNDRED_THOUSAND, 100, 500, form=",.0f"),
    Floor("load_write_share", "load + write share of a refresh", MILLION, 0.10, 0.05, at_most=True,
          form=".1%"),
    Floor("peak_rss_mb", "peak memory of a refresh, MB", MILLION, 800, 400,
          at_most=True, form=",.0f"),
    Floor("refresh_wall_seconds", "a refresh by the clock, s", MILLION, 60, 35, at_most=True,
          form=",.1f"),
    Floor("places_filled", "cap: places filled", 0, 0.98, 0.995, form=".2%"),
    Floor("score_kept", "cap: score kept", 0, 0.97, 0.98, form=".2%"),
    Floor("most_shown", "cap: most pages that show one", 0, 50, 50, at_most=True, form=",.0f"),
    Floor("never_shown_kept", "cap: never shown, of those without it", 0, 0.5, 0.25,
          at_most=True, form=".0%"),
    Floor("identical", "lists identical to the reference", 0, 1, 1, form=".0%"),
]  # fmt: skip


def verdicts(found: Mapping[str, float], count: int) -> list[tuple[Floor, float, str]]:
    """Each floor with its figure: PASS, below, or for information at another size."""
    lines = []
    for floor in FLOORS:
        if floor.measure not in found or (floor.measure, floor.at) in (
            ("sql_over_engine", MILLION if count < MILLION // 2 else HUNDRED_THOUSAND),
        ):  # two floors for one measure: the nearer size speaks
            continue
        value = found[floor.measure]
        if floor.at == 0 or floor.at == _size_of(count):
            said = "PASS" if floor.holds(value) else "below"
        else:
            said = f"(binding at {floor.at:,})"
        lines.append((floor, value, said))
    return lines


def _size_of(count: int) -> int:
    """Which of the two sizes this number stands for, 0 for neither."""
    for size in (MILLION, HUNDRED_THOUSAND):
        if 0.9 * size <= count <= 1.1 * size:
            return size
    return 0
