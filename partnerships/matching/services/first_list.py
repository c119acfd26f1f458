"""The first list of an organisation that has just declared, without waiting for the night."""

from django.db import connection, transaction

from partnerships.matching.models import PackedProfile
from partnerships.matching.services.refreshing_some import refresh_organisation
from partnerships.matching.services.storing import WRITING
from partnerships.organisations.models import Organisation
from phare_platform.lib.jobs import later

AT_ONCE_UP_TO = 20_000  # organisations; to load them takes a few tenths of a second


@transaction.atomic
def compute_first_list(organisation: Organisation) -> bool:
    """Compute an organisation's list now; True when it is there.

    Where that takes a while, because there are many organisations or somebody else writes lists
    (a refresh of everyone does), nobody is kept waiting in front of a page: a job is asked for
    instead, and the answer is False.
    """
    few = PackedProfile.objects.all()[: AT_ONCE_UP_TO + 1].count() <= AT_ONCE_UP_TO
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [WRITING])
        (free,) = cursor.fetchone()
    if few and free:
        refresh_organisation(organisation)
    else:
        later("partnerships.matching.refresh_organisations", together=[organisation.pk])
    return bool(few and free)
