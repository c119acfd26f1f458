"""A whole run: data, designs in turn, edits, quality, verdicts."""

import argparse
import json
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management import call_command

from benchmarks import held_out, peer, quality, reference
from benchmarks.database import fill, place_keys
from benchmarks.designs import DESIGNS, differences, yesterday_of
from benchmarks.edits import measure_edits
from benchmarks.generate import World, generate
from benchmarks.limit import Limit
from benchmarks.meter import Meter, Spent, middle
from benchmarks.places import COUNTRY, LEVELS, Places, read_places
from benchmarks.report import write_edits, write_report
from benchmarks.sql import Yardstick
from partnerships.matching.engine import Columns, Lists, columns_of
from partnerships.matching.engine import warm_up as compile_ahead
from partnerships.matching.engine.columns import Array
from partnerships.matching.models import Refresh, SuggestionList
from partnerships.matching.queries import exclusions, load_profiles, weights_of
from partnerships.matching.rules import Weights
from partnerships.matching.services import ensure_policy, pack_all_profiles
from partnerships.organisations.services.importing import Mapping as ColumnNames
from partnerships.organisations.services.importing import import_organisations

ROOT = Path(__file__).resolve().parent.parent
PEER_SAMPLE = 10
NUMPY_ONCE_FROM = 50_000


@dataclass
class Data:
    """What a run measures on."""

    name: str
    columns: Columns
    places: Places
    weights: Weights
    length: int
    world: World | None  # of seeded organisations


@dataclass
class Rounds:
    """What each design spent, round by round, and what came out of the last one."""

    spent: dict[str, list[Spent]] = field(default_factory=lambda: defaultdict(list))
    sql: dict[int, list[Spent]] = field(default_factory=lambda: defaultdict(list))  # by reach
    peer: dict[int, list[Spent]] = field(default_factory=lambda: defaultdict(list))
    lists: dict[str, Lists] = field(default_factory=dict)
    pairs: int = 0
    limit_pairs: int = 0
    sql_lists: int = 0


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure everything that the options ask for; print it, write it as JSON, return it."""
    data = _prepare(options)
    if options.only_edits:
        return _only_edits(options, data)
    warm_up(data.places, data.weights, data.length)
    compile_ahead()
    say(f"{len(data.columns):,} organisations; a whole refresh in its own process …")
    found: dict[str, Any] = {"name": data.name, "organisations": len(data.columns)}
    found["refresh"] = refresh_apart()
    found["cap"] = shared_out()
    shown = _shown(data.columns) if len(data.columns) <= options.quality_up_to else None
    meter = Meter()
    yardstick = Yardstick.over(data.columns, data.weights)
    rounds = _rounds(options, data, meter, yardstick)
    rounds.pairs = found["refresh"]["pairs"]
    say("verifying …")
    found["exactness"] = _verify(options, data, rounds)
    found["designs"] = _designs(data, rounds)
    say("editing …")
    found["edits"] = measure_edits(meter, yardstick, data.length, options.edits)
    if shown is not None:
        say("quality and fairness …")
        found["quality"] = _quality(options, data, rounds.lists["engine, cold"], shown)
    found["measures"] = _ratios(found)
    write_report(found, options.json or ROOT / "var/bench" / f"{data.name}.json")
    return found


def _only_edits(options: argparse.Namespace, data: Data) -> dict[str, Any]:
    """Edits against SQL and nothing else."""
    found: dict[str, Any] = {"name": f"{data.name}-edits", "refresh": refresh_apart()}
    compile_ahead()
    say("editing …")
    meter = Meter()
    yardstick = Yardstick.over(data.columns, data.weights)
    found["edits"] = measure_edits(meter, yardstick, data.length, options.edits)
    write_edits(found, options.json or ROOT / "var/bench" / f"{found['name']}.json")
    return found


def say(text: str) -> None:
    """Tell how far the run is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


def refresh_apart() -> dict[str, Any]:
    """A whole refresh in a process of its own; the lists are stored afterwards."""
    command = [sys.executable, "-m", "benchmarks.refresh"]
    said = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(said.stdout))


def warm_up(places: Places, weights: Weights, length: int) -> None:
    """Have everything compiled, here and on disk for other processes."""
    few = generate(600, places).columns
    yesterday = yesterday_of(few, weights, length)
    for design in DESIGNS.values():
        design(few, weights, length, yesterday)


def shared_out() -> dict[str, Any]:
    """What the refresh measured: everyone shown the heads of the lists, and the places shared."""
    fairness = Refresh.objects.latest("pk").fairness
    if not fairness:
        return {}
    (everyone,) = (group for group in fairness["groups"] if group["by"] == "all")
    return {"cap": fairness["exposure_cap"], "before": everyone["before"],
            "after": everyone["after"]}  # fmt: skip


def _shown(columns: Columns) -> Array:
    """The places stored by the refresh, as rows of organisations."""
    shown = np.full((len(columns), quality.SHOWN), -1, np.int64)
    stored = SuggestionList.objects.order_by("pk").values_list("pk", "shown")
    for pk, partners in stored.iterator(chunk_size=10_000):
        row = np.searchsorted(columns.ids, pk)
        shown[row, : len(partners)] = np.searchsorted(columns.ids, partners)
    return shown


def _prepare(options: argparse.Namespace) -> Data:
    say("a database with the places of France …")
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    policy = ensure_policy()
    places = read_places(place_keys())
    world = None
    if options.input:
        say(f"importing {options.input} …")
        import_organisations(options.input, source="bench", by=None, mapping=ColumnNames())
        columns = columns_of(load_profiles().values(), exclusions())
        name = options.input.name.split(".")[0]
    else:
        say(f"seeding {options.n:,} organisations …")
        world = generate(options.n, places, options.seed)
        fill(world)
        pack_all_profiles()  # as services do one by one: no part of a night's refresh
        columns, name = world.columns, f"seeded-{options.n}"
    return Data(name, columns, places, weights_of(policy), policy.list_length, world)


def _rounds(
    options: argparse.Namespace, data: Data, meter: Meter, yardstick: Yardstick
) -> Rounds:  # fmt: skip
    """All designs in turn, so that what slows the machine down for a while slows them all."""
    columns, weights, length = data.columns, data.weights, data.length
    yesterday = yesterday_of(columns, weights, length)
    rounds, reach = Rounds(), _reach(data)
    asked = _asked(reach, options.sql, options.rounds)
    limit: Limit | None = None
    for number in range(options.rounds):
        say(f"round {number + 1} of {options.rounds} …")
        for name in _in_turn(options, len(columns), number):
            lists, spent = meter.of(DESIGNS[name], columns, weights, length, yesterday)
            rounds.spent[name].append(spent)
            rounds.lists[name] = lists
        lists = rounds.lists["engine, cold"]
        if number == 0:
            limit = Limit.of(columns, weights, _last_points(lists, weights))
        if limit:
            rounds.spent["limit kernel"].append(meter.of(limit)[1])
            rounds.limit_pairs = limit.pairs
        some = asked[number][: max(1, PEER_SAMPLE // options.rounds)]
        _ask(meter, yardstick, rounds, (asked[number], some), reach)
    if limit is None:
        say("NO LIMIT KERNEL: there is no C compiler on this machine.")
    return rounds


def _in_turn(options: argparse.Namespace, count: int, number: int) -> list[str]:
    """The designs of this round. NumPy takes minutes where there are many: once is enough."""
    too_long = count > (NUMPY_ONCE_FROM if number else options.numpy_up_to)
    return [name for name in DESIGNS if name != "NumPy" or not too_long]


def _ask(
    meter: Meter, yardstick: Yardstick, rounds: Rounds, rows: tuple[list[int], list[int]],
    reach: Array,
) -> None:  # fmt: skip
    """Ask SQL for the lists of some rows, which must be the engine's, and the peer for others."""
    lists = rounds.lists["engine, cold"]
    for row in rows[0]:
        best, spent = meter.of(yardstick.best, row, lists.points.shape[1])
        rounds.sql[int(reach[row])].append(spent)
        if best != reference.pairs_in(lists, row):
            raise reference.Wrong(f"SQL and the engine differ on row {row}")
        rounds.sql_lists += 1
    for row in rows[1]:
        rounds.peer[int(reach[row])].append(meter.of(peer.best_by_sql, yardstick, row)[1])


def _reach(data: Data) -> Array:
    """The level of the widest area of each organisation."""
    areas = data.columns.areas
    owner = np.repeat(np.arange(len(data.columns)), np.diff(areas.starts))
    reach = np.zeros(len(data.columns), np.int64)
    np.maximum.at(reach, owner, data.places.level[areas.values])
    return reach


def _asked(reach: Array, count: int, rounds: int) -> list[list[int]]:
    """Rows to ask SQL about in each round: as many of each reach."""
    dice = np.random.default_rng(13)
    levels = np.unique(reach)
    each = -(-count // (len(levels) * rounds))
    return [
        [int(row) for level in levels for row in dice.choice(np.flatnonzero(reach == level), each)]
        for _ in range(rounds)
    ]


def _last_points(lists: Lists, weights: Weights) -> Array:
    """What a newcomer to each list must beat: its last place, or the floor where there is room."""
    length = lists.points.shape[1]
    last = lists.points[:, length - 1]
    return np.where(lists.counts == length, last, weights.floor)


def _verify(options: argparse.Namespace, data: Data, rounds: Rounds) -> dict[str, Any]:
    cold = rounds.lists["engine, cold"]
    for name, lists in rounds.lists.items():
        if differing := differences(cold, lists):
            raise reference.Wrong(f"{differing} lists of “{name}” differ from those of the engine")
    rows = reference.sample(data.columns, data.places, options.verify, options.verify // 5)
    verified = reference.verify(
        data.columns, data.weights, data.places, lists=cold, rows=rows, length=data.length
    )
    _verify_stored(data, cold, rows)
    return {"verified": verified, "identical": 1.0, "by_sql": rounds.sql_lists,
            "whole_results_equal": sorted(rounds.lists)}  # fmt: skip


def _verify_stored(data: Data, lists: Lists, rows: Array) -> None:
    """The refresh read the same organisations from the tables and stored the same lists."""
    stored = SuggestionList.objects.in_bulk(data.columns.ids[rows].tolist())
    for row in rows.tolist():
        found = stored[int(data.columns.ids[row])]
        if list(zip(found.partners, found.points, strict=True)) != reference.pairs_in(lists, row):
            raise reference.Wrong(f"The stored list of {data.columns.ids[row]} is not the engine's")


def _designs(data: Data, rounds: Rounds) -> dict[str, Any]:
    """CPU seconds of a full refresh by each design; sampled ones extrapolated by reach."""
    table: dict[str, Any] = {
        name: middle(spent)._asdict() | {"cpu": middle(spent).cpu, "rounds": len(spent)}
        for name, spent in rounds.spent.items()
    }
    for name, sampled in (("SQL per organisation", rounds.sql), ("the peer's rule", rounds.peer)):
        table[name] = _extrapolated(data, sampled)
    for name, lists in rounds.lists.items():
        table[name]["pairs_per_cpu_second"] = rounds.pairs / table[name]["cpu"]
        table[name]["suggestions"] = int(lists.counts.sum())
    if "limit kernel" in table:
        limit = table["limit kernel"]
        limit["pairs_per_cpu_second"] = rounds.limit_pairs / limit["cpu"]
        limit["part"] = limit["cpu"]
        limit["cpu"] = rounds.pairs / limit["pairs_per_cpu_second"]
    return table


def _extrapolated(data: Data, sampled: dict[int, list[Spent]]) -> dict[str, Any]:
    reach = _reach(data)
    by_reach = {level: np.mean([one.cpu for one in spent]) for level, spent in sampled.items()}
    inside = sum((reach == level).sum() for level in by_reach)
    total = sum(cost * (reach == level).sum() for level, cost in by_reach.items())
    return {
        "cpu": float(total / inside * len(reach)),
        "sampled": sum(map(len, sampled.values())),
        "ms_by_reach": {LEVELS[k]: 1e3 * float(by_reach[k]) for k in range(COUNTRY + 1)
                        if k in by_reach},
    }  # fmt: skip


def _quality(options: argparse.Namespace, data: Data, lists: Lists, shown: Array) -> dict[str, Any]:
    kept = (
        held_out.seeded(data.world)
        if data.world
        else held_out.contracts(options.input, data.columns)
    )
    tables = {"ours, as shown": shown, **quality.rankings(data.columns, lists)}
    return {
        "held_out": kept.what if kept else "none",
        "designs": {
            name: quality.measures(data.columns, shown, kept) for name, shown in tables.items()
        },
    }


def _ratios(found: dict[str, Any]) -> dict[str, float]:
    """The figures that have a floor."""
    designs, refresh, edits = found["designs"], found["refresh"], found["edits"]
    phases = refresh["phases"]
    sql, ours = designs["SQL per organisation"]["cpu"], designs["engine, cold"]
    ratios = {
        "sql_over_engine": sql / ours["cpu"],
        "sql_over_incremental": edits["sql_cpu"] / edits["engine_cpu"],
        "load_write_share": (phases["load"] + phases["write"]) / sum(phases.values()),
        "peak_rss_mb": refresh["peak_rss_mb"],
        "refresh_wall_seconds": refresh["wall_seconds"],
        "identical": found["exactness"]["identical"],
    }
    if found["cap"]:
        before, after = found["cap"]["before"], found["cap"]["after"]
        names = ("places_filled", "score_kept", "most_shown")
        ratios |= {name: after[name] for name in names}
        if before["never_shown"]:
            ratios["never_shown_kept"] = after["never_shown"] / before["never_shown"]
    if "limit kernel" in designs:
        limit = designs["limit kernel"]["pairs_per_cpu_second"]
        ratios["pair_rate_over_limit"] = designs["engine, warm"]["pairs_per_cpu_second"] / limit
    return ratios
