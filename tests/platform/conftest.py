"""The people of these tests. Alice has an account; Charlie is somebody else; Dora is the team."""

import pytest

from phare_platform.accounts.models import User

PASSWORD = "the lighthouse keeper sleeps at noon"


def make_person(email, **fields):
    """A person whose address is verified and who can sign in with PASSWORD."""
    person = User.objects.create_user(email, PASSWORD, **fields)
    person.emailaddress_set.create(email=email, verified=True, primary=True)
    return person


@pytest.fixture
def alice(db):
    return make_person("alice@example.org", display_name="Alice Martin", language="fr")


@pytest.fixture
def charlie(db):
    return make_person("charlie@example.org", display_name="Charlie Legrand", language="en")


@pytest.fixture
def dora(db):
    return make_person("dora@example.org", is_staff=True, is_superuser=True)
