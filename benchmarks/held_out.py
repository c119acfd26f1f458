"""Partnerships to find again: seeded ones, or contracts of the real file."""

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks.generate import World
from benchmarks.quality import HeldOut, half_kilometres
from partnerships.matching.engine import Columns
from partnerships.matching.engine.columns import Array
from partnerships.organisations.models import Organisation

ORGANISATIONS, PARTNERS = 1_000, 3
LARGEST_CONTRACT = 25
SOURCE, REFERENCE, CONTRACT = "source", "id", "detail"  # columns of the real file


def seeded(world: World) -> HeldOut:
    """Three partners each for a thousand, drawn from a taste that the score does not know.

    The odds rise with help in either direction, a domain in common, means that fit, and fall with
    the distance; a roll of dice as large as any of these is added, so nobody can find them all.
    What an organisation really seeks counts, also where it did not declare it. It shows whether a
    ranking uses what partnerships are made of if they are made so, not that they are.
    """
    columns, (acts, seeks) = world.columns, world.truth
    dice = np.random.default_rng(11)
    rows = np.sort(dice.choice(len(columns), min(ORGANISATIONS, len(columns)), replace=False))
    partners = []
    for part in np.array_split(rows, max(1, len(rows) * len(columns) // (1 << 22))):
        taste = 1.5 * _any_common(seeks[part], acts) + 1.5 * _any_common(acts[part], seeks)
        taste += 1.0 * _any_common(acts[part], acts)
        taste += 0.8 * ((columns.needs[part, None] & columns.offers) > 0)
        taste += 0.8 * ((columns.offers[part, None] & columns.needs) > 0)
        taste -= np.minimum(half_kilometres(columns, part), 1000) / 100
        taste += dice.gumbel(size=taste.shape)
        for k, row in enumerate(part):
            taste[k, [row, *columns.excluded.row(row)]] = -np.inf
        partners += list(np.argsort(-taste, axis=1)[:, :PARTNERS])
    return HeldOut(rows, partners, "seeded partnerships, three each for 1,000 organisations")


def _any_common(some: Array, others: Array) -> Array:
    return ((some > 0).astype(np.float32) @ (others > 0).astype(np.float32).T > 0).astype(float)


def contracts(path: Path, columns: Columns) -> HeldOut | None:
    """Organisations of one *contrat de ville* in the real file; None where it names none.

    They were funded under the same contract of the same intermunicipality, which makes them
    partners of one programme and not necessarily of each other; the file knows most of them by
    department only. So it tests subject and neighbourhood, nothing finer.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        if not {SOURCE, REFERENCE, CONTRACT} <= set(lines.fieldnames or ()):
            return None
        contract_of = {
            line[REFERENCE]: line[CONTRACT]
            for line in lines
            if line[SOURCE].startswith("politique_ville") and line[CONTRACT]
        }
    known = Organisation.objects.filter(source_ref__in=list(contract_of))
    members: dict[str, list[int]] = defaultdict(list)
    for reference, pk in known.values_list("source_ref", "pk"):
        members[contract_of[reference]].append(int(np.searchsorted(columns.ids, pk)))
    together = [np.array(rows) for rows in members.values() if 2 <= len(rows) <= LARGEST_CONTRACT]
    if not together:
        return None
    rows = np.concatenate(together)
    partners = [group[group != row] for group in together for row in group]
    what = f"{len(together)} contrats de ville with {len(rows)} organisations of the real file"
    return HeldOut(rows, partners, what)
