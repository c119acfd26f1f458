"""What a run found, as tables to read and as JSON to keep."""

import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.floors import verdicts

MEASURES = {
    "no_shared_fragility": ("no shared fragility", ".1%"),
    "mutual": ("mutual", ".1%"),
    "never_shown": ("never shown", ".1%"),
    "most_shown": ("most shown", ",.0f"),
    "gini": ("Gini", ".2f"),
    "median_km": ("median km", ",.1f"),
    "ndcg_at_10": ("nDCG@10", ".3f"),
    "recall_at_10": ("recall@10", ".3f"),
}


def write_report(found: dict[str, Any], path: Path) -> None:
    """Print the tables and write the JSON."""
    _keep(found, path)
    sections = [_designs(found), _refresh(found), _edits(found)]
    if found["cap"]:
        sections.append(_cap(found["cap"]))
    if "quality" in found:
        sections.append(_quality(found["quality"]))
    sections.append(_floors(found))
    sys.stdout.write("\n".join(sections) + f"\n\nJSON: {path}\n")


def write_edits(found: dict[str, Any], path: Path) -> None:
    """The same where only edits were measured."""
    _keep(found, path)
    ratio = found["edits"]["sql_cpu"] / found["edits"]["engine_cpu"]
    sys.stdout.write(f"{_edits(found)}\nSQL / engine: {ratio:,.0f}\n\nJSON: {path}\n")


def _keep(found: dict[str, Any], path: Path) -> None:
    found |= {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {platform.processor() or platform.system()}",
        "version": _version(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n")


def _version() -> str:
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout.strip()


def _designs(found: dict[str, Any]) -> str:
    base = found["designs"]["engine, cold"]["cpu"]
    lines = []
    order = sorted(found["designs"].items(), key=lambda item: -item[1]["cpu"])
    for name, one in order:
        rate = one.get("pairs_per_cpu_second")
        how = f"{one['rounds']} rounds" if "rounds" in one else f"{one['sampled']} sampled"
        lines.append([
            name, f"{one['cpu']:,.3f}", f"{one['cpu'] / base:,.2f}",
            f"{rate / 1e6:,.1f}" if rate else "", how,
        ])  # fmt: skip
    title = f"Everyone's list, {found['organisations']:,} organisations"
    heads = ["design", "CPU s", "÷ engine", "M pairs / CPU s", "measured"]
    exact = found["exactness"]
    return (
        _table(title, heads, lines)
        + "\nSampled designs are extrapolated by reach; the limit kernel from a part of the pairs."
        + f"\nIdentical: {exact['verified']} lists with the reference, {exact['by_sql']} with SQL,"
        + f" all lists between {', '.join(exact['whole_results_equal'])}."
    )


def _refresh(found: dict[str, Any]) -> str:
    refresh = found["refresh"]
    whole = sum(refresh["phases"].values())
    lines = [
        [phase, f"{seconds:,.2f}", f"{seconds / whole:.1%}"]
        for phase, seconds in refresh["phases"].items()
    ]
    title = "One refresh in its own process"
    return _table(title, ["phase", "CPU s", "share"], lines) + (
        f"\n{refresh['wall_seconds']:,.1f} s by the clock, {refresh['peak_rss_mb']:,.0f} MB at"
        f" most, {refresh['pairs']:,} pairs whose areas nest;"
        f" database {refresh['database_cpu_seconds']:,.2f} CPU s."
    )


def _edits(found: dict[str, Any]) -> str:
    edits = found["edits"]
    return (
        f"\nOne edited organisation (median of {edits['edits']}): engine"
        f" {1e3 * edits['engine_cpu']:,.1f} ms CPU ({1e3 * edits['engine_wall']:,.1f} ms by the"
        f" clock, {edits['lists_touched']:.0f} other lists written),"
        f" SQL {1e3 * edits['sql_cpu']:,.0f} ms CPU.\n"
        f"Means: engine {1e3 * edits['engine_cpu_mean']:,.1f} ms,"
        f" SQL {1e3 * edits['sql_cpu_mean']:,.0f} ms. {edits['burst']} together:"
        f" {1e3 * edits['burst_cpu']:,.1f} ms each. Loading everyone, once:"
        f" {edits['loading_cpu']:,.2f} s CPU, {edits['memory_mb']:,.0f} MB."
    )


def _quality(found: dict[str, Any]) -> str:
    names = [name for name in MEASURES if name in next(iter(found["designs"].values()))]
    lines = [
        [design, *(format(values[name], MEASURES[name][1]) for name in names)]
        for design, values in found["designs"].items()
    ]
    heads = ["ten each", *(MEASURES[name][0] for name in names)]
    return _table("Quality and fairness", heads, lines) + f"\nHeld out: {found['held_out']}."


def _cap(found: dict[str, Any]) -> str:
    names = ["most_shown", "never_shown", "gini"]
    lines = [
        [when, *(format(found[when][name], MEASURES[name][1]) for name in names)]
        for when in ("before", "after")
    ]
    heads = ["places shown", *(MEASURES[name][0] for name in names)]
    return _table(f"Places shared out: at most {found['cap']} pages show one", heads, lines)


def _floors(found: dict[str, Any]) -> str:
    lines = [
        [floor.what, format(value, floor.form),
         f"{'≤' if floor.at_most else '≥'} {floor.bound:{floor.form}}",
         format(floor.aim, floor.form), said]
        for floor, value, said in verdicts(found["measures"], found["organisations"])
    ]  # fmt: skip
    return _table("What must hold", ["measure", "found", "floor", "aim", ""], lines)


def _table(title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [heads, *lines]
    widths = [max(len(row[k]) for row in rows) for k in range(len(heads))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        return "  ".join(cells).rstrip()

    rule = "  ".join("─" * width for width in widths)
    return "\n".join([f"\n{title}", line(heads), rule, *(line(row) for row in rows[1:])])
