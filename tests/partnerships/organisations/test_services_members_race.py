"""Two owners leave at once, two people use one link at once: one of them is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from partnerships.organisations.enums import Role
from partnerships.organisations.models import Membership
from partnerships.organisations.services import (
    accept_invitation,
    invite_member,
    leave_organisation,
)
from phare_platform.lib.errors import Refusal
from tests.partnerships.organisations.conftest import build_country
from tests.partnerships.organisations.factories import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owners():
    return [PersonFactory() for _ in range(4)]


@pytest.fixture
def organisation(owners):
    made = OrganisationFactory(home=build_country()["poitiers"])
    for owner in owners:
        MembershipFactory(organisation=made, user=owner, role=Role.OWNER)
    return made


def at_once(deed, people):
    together = Barrier(len(people))

    def run(person):
        together.wait()
        try:
            deed(person)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(people)) as threads:
        return sorted(threads.map(run, people))


def test_four_owners_leave_at_once_and_one_stays(organisation, owners):
    answers = at_once(lambda person: leave_organisation(organisation, by=person), owners)
    assert answers == ["done", "done", "done", "last_owner"]
    assert Membership.objects.filter(organisation=organisation, role=Role.OWNER).count() == 1


def test_four_people_use_one_link_at_once_and_one_enters(organisation, owners):
    invitation = invite_member(organisation, email="x@example.org", role="reader", by=owners[0])
    people = [PersonFactory() for _ in range(4)]
    answers = at_once(lambda person: accept_invitation(invitation, by=person), people)
    assert answers == ["done", *["invitation_over"] * 3]
    assert Membership.objects.filter(user__in=people).count() == 1
