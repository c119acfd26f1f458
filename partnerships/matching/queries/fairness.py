"""How fair the suggestions are: measured when places are shared, told to everyone.

What is stored may be published as it is: figures of fewer than five are left out already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from partnerships.matching.engine.columns import Array, rows_in
from partnerships.matching.engine.measures import DIGITS, FEW, measures_of
from partnerships.matching.engine.places import Places
from partnerships.matching.enums import AnswerKind, IntroductionState, RefreshState
from partnerships.matching.models import Policy, Refresh
from partnerships.matching.queries.showing import Crowd

VERSION = 1
Fairness = dict[str, Any]
OUTCOMES = ("accepted", "answered", "precision")
ACCEPTED = """
SELECT id, 1, 1 FROM (
    SELECT first_id AS id FROM partnerships_introduction WHERE state = %(accepted)s
    UNION SELECT second_id FROM partnerships_introduction WHERE state = %(accepted)s
) AS sides
"""
# Of the suggestions told in messages of the last year, those answered since.
ANSWERED = """
SELECT told.organisation_id, count(*), count(answer.id)
FROM (
    SELECT suggestion.organisation_id, suggestion.other_id AS other
    FROM partnerships_toldsuggestion suggestion
    JOIN partnerships_digest digest ON digest.id = suggestion.digest_id
    WHERE digest.created_at > %(now)s - interval '1 year'
) AS told
LEFT JOIN partnerships_suggestionanswer answer
       ON answer.organisation_id = told.organisation_id AND answer.other_id = told.other
GROUP BY told.organisation_id
"""
# Of the suggestions answered with a yes or a no, those that both sides accepted in the end.
PRECISION = """
SELECT answer.organisation_id, count(*), count(introduction.id)
FROM partnerships_suggestionanswer answer
LEFT JOIN partnerships_introduction introduction
       ON introduction.first_id = least(answer.organisation_id, answer.other_id)
      AND introduction.second_id = greatest(answer.organisation_id, answer.other_id)
      AND introduction.state = %(accepted)s
WHERE answer.kind IN (%(interested)s, %(declined)s)
GROUP BY answer.organisation_id
"""


@dataclass(frozen=True)
class Published:
    """The latest measures, and the refresh that they are of."""

    refresh: Refresh
    fairness: Fairness


def latest_fairness() -> Published | None:
    """The measures of what is shown at present; None before the first refresh. One query."""
    refreshes = Refresh.objects.filter(state=RefreshState.DONE, fairness__version=VERSION)
    refresh = refreshes.select_related("policy").order_by("-finished_at", "-pk").first()
    return Published(refresh, refresh.fairness) if refresh else None


def fairness_of(crowd: Crowd, shown: Places, *, policy: Policy, now: datetime) -> Fairness:
    """The measures of what is shown, without what became of it (see `with_outcomes`)."""
    masks = _masks(crowd)
    measures = measures_of(crowd.candidates, shown, groups=masks)
    return {
        "version": VERSION,
        "measured_at": now.isoformat(),
        "policy": policy.name,
        "places": policy.places,
        "reserved_places": policy.reserved_places,
        "exposure_cap": policy.exposure_cap,
        "load_penalty": policy.load_penalty,
        "groups": [
            {
                "by": name.partition(":")[0],
                "group": name.partition(":")[2],
                "organisations": int(mask.sum()) if mask.sum() >= FEW else None,
                "before": (measures[name] or {}).get("before"),
                "after": (measures[name] or {}).get("after"),
            }
            for name, mask in masks.items()
        ],
    }


def with_outcomes(fairness: Fairness, crowd: Crowd, *, now: datetime) -> Fairness:
    """The measures with what became of suggestions, for each group: a share and of how many.

    `accepted`: organisations with at least one accepted match. `answered`: suggestions told in
    messages of the last year that were answered. `precision`: suggestions answered with a yes or
    a no that both sides accepted in the end; they all come from the places shown.
    """
    counted = _outcomes(crowd.candidates.ids, now=now)
    masks = _masks(crowd)
    groups = [
        {
            **group,
            **{
                name: _share(told[mask].sum(), good[mask].sum())
                for name, (told, good) in counted.items()
                for mask in [masks[f"{group['by']}:{group['group']}"]]
            },
        }
        for group in fairness["groups"]
    ]
    return {**fairness, "groups": groups}


def with_outcomes_of(before: Fairness, fairness: Fairness) -> Fairness:
    """New measures with the outcomes of earlier ones: these are counted once a night."""
    known = {(group["by"], group["group"]): group for group in before.get("groups", [])}
    groups = [
        {
            **group,
            **{
                name: known.get((group["by"], group["group"]), {}).get(name, _share(0, 0))
                for name in OUTCOMES
            },
        }
        for group in fairness["groups"]
    ]
    return {**fairness, "groups": groups}


def _masks(crowd: Crowd) -> Mapping[str, Array]:
    everyone = np.ones(len(crowd.candidates.ids), np.bool_)
    return {
        "all:all": everyone,
        **{f"kind:{name}": mask for name, mask in crowd.kinds.items()},
        **{f"size:{name}": mask for name, mask in crowd.sizes.items()},
    }


def _outcomes(ids: Array, *, now: datetime) -> dict[str, tuple[Array, Array]]:
    """For each outcome, per organisation: of how many, and how many were good."""
    everyone = np.ones(len(ids), np.int64)
    _one, accepted = _counted(ACCEPTED, ids, now=now)
    return {
        "accepted": (everyone, accepted),
        "answered": _counted(ANSWERED, ids, now=now),
        "precision": _counted(PRECISION, ids, now=now),
    }


def _counted(sql: str, ids: Array, *, now: datetime) -> tuple[Array, Array]:
    with connection.cursor() as cursor:
        values: dict[str, str | datetime] = {
            "accepted": IntroductionState.ACCEPTED,
            "interested": AnswerKind.INTERESTED,
            "declined": AnswerKind.DECLINED,
            "now": now,
        }
        cursor.execute(sql, values)
        found = np.array(cursor.fetchall(), np.int64).reshape(-1, 3)
    row, known = rows_in(ids, found[:, 0])
    whole, good = np.zeros((2, len(ids)), np.int64)
    whole[row[known]], good[row[known]] = found[known, 1], found[known, 2]
    return whole, good


def _share(whole: int, good: int) -> dict[str, float | int | None]:
    if whole < FEW:
        return {"share": None, "n": None}
    return {"share": round(int(good) / int(whole), DIGITS), "n": int(whole)}
