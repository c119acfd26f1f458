"""The API describes itself without a gap, and its documentation asks nothing of other hosts."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse


def test_the_schema_is_valid_and_complete():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "/api/v1/tokens/" in out.getvalue()


@pytest.mark.django_db
def test_the_schema_and_its_page_are_open_to_all(client):
    assert client.get(reverse("api_schema")).status_code == 200
    page = client.get(reverse("api_docs")).content.decode()
    assert "https://" not in page
