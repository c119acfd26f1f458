"""Keeping packed profiles in step with what organisations are and declare."""

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from partnerships.matching.models import PackedProfile
from partnerships.matching.rules.worlds import KINDS
from partnerships.organisations.enums import Mode, Resource, ResourceSide, Side, Status
from partnerships.organisations.models import Organisation

AT_A_TIME = 20_000
CODES: dict[str, Any] = {
    "active": Status.ACTIVE.value,
    "kinds": [kind.value for kind in KINDS],
    "modes": Mode.values,
    "resources": Resource.values,
    "acts": Side.ACTS.value,
    "seeks": Side.SEEKS.value,
    "offer": ResourceSide.OFFER.value,
    "need": ResourceSide.NEED.value,
}
# The casts through bit(32) keep the highest bit, which a signed integer has no room for.
PACK = """
WITH chosen AS (
    SELECT id, home_id, kind, modes FROM partnerships_organisation
    WHERE id = ANY(%(pks)s) AND status = %(active)s
), levels AS (
    SELECT organisation_id,
           sum(level::bigint << 2 * (domain_id - 1)) FILTER (WHERE side = %(acts)s) AS acts,
           sum(level::bigint << 2 * (domain_id - 1)) FILTER (WHERE side = %(seeks)s) AS seeks
    FROM partnerships_declaration WHERE organisation_id = ANY(%(pks)s) GROUP BY organisation_id
), means AS (
    SELECT organisation_id,
           bit_or(1::bigint << array_position(%(resources)s::text[], resource::text) - 1)
               FILTER (WHERE side = %(offer)s) AS offers,
           bit_or(1::bigint << array_position(%(resources)s::text[], resource::text) - 1)
               FILTER (WHERE side = %(need)s) AS needs
    FROM partnerships_resourcedeclaration
    WHERE organisation_id = ANY(%(pks)s) GROUP BY organisation_id
)
INSERT INTO partnerships_packedprofile AS packed (organisation_id, home, body)
SELECT id, home_id,
       int2send((array_position(%(kinds)s::text[], kind::text) - 1)::int2)
    || int2send((SELECT coalesce(bit_or(1 << place::int - 1), 0)::int2
                 FROM unnest(%(modes)s::text[]) WITH ORDINALITY AS known(mode, place)
                 WHERE mode = ANY(chosen.modes)))
    || int4send(coalesce(acts, 0)::bigint::bit(32)::int4)
    || int4send(coalesce(seeks, 0)::bigint::bit(32)::int4)
    || int4send(coalesce(offers, 0)::bit(32)::int4)
    || int4send(coalesce(needs, 0)::bit(32)::int4)
FROM chosen LEFT JOIN levels ON levels.organisation_id = id
            LEFT JOIN means ON means.organisation_id = id
ON CONFLICT (organisation_id) DO UPDATE SET home = excluded.home, body = excluded.body
    WHERE (packed.home, packed.body) IS DISTINCT FROM (excluded.home, excluded.body)
"""
UNPACK = """
DELETE FROM partnerships_packedprofile packed USING partnerships_organisation organisation
WHERE organisation.id = packed.organisation_id AND packed.organisation_id = ANY(%(pks)s)
  AND organisation.status <> %(active)s
"""
OUT_OF_STEP = """
SELECT id FROM partnerships_organisation organisation
LEFT JOIN partnerships_packedprofile packed ON packed.organisation_id = organisation.id
WHERE (status = %(active)s) <> (packed.organisation_id IS NOT NULL) ORDER BY id
"""


@transaction.atomic
def pack_profiles(pks: Collection[int]) -> int:
    """Bring the packed profiles of these organisations in step; returns how many changed.

    Who is not active, or no longer, has none. Belongs into the transaction of the change. Two
    statements however many there are, and no row is written that is right already.
    """
    values = {**CODES, "pks": list(pks)}
    # A change under way elsewhere ends first: what it commits must not be overwritten by less.
    list(
        Organisation.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=values["pks"])
        .order_by("pk")
        .values_list("pk")
    )
    with connection.cursor() as cursor:
        cursor.execute(UNPACK, values)
        removed: int = cursor.rowcount
        cursor.execute(PACK, values)
        return removed + int(cursor.rowcount)


def pack_all_profiles(*, only_missing: bool = False) -> int:
    """Bring everyone's packed profile in step, in batches; returns how many changed.

    With `only_missing`, those alone that are active without one or have one without being active:
    a database that is older than packed profiles, or an import that was written by hand.
    """
    if only_missing:
        with connection.cursor() as cursor:
            cursor.execute(OUT_OF_STEP, CODES)
            pks = [pk for (pk,) in cursor.fetchall()]
    else:
        active = Organisation.objects.active().values_list("pk", flat=True)
        pks = sorted({*active, *PackedProfile.objects.values_list("pk", flat=True)})
    return sum(
        pack_profiles(pks[start : start + AT_A_TIME]) for start in range(0, len(pks), AT_A_TIME)
    )
