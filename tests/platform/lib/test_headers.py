"""Headers: every answer carries the protections."""

import pytest
from django.urls import reverse

OPEN = ["/", "/compte/login/", "/nowhere/", "/api/v1/", "/api/schema/", "/sante/", "/rose/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", OPEN)
def test_every_answer_carries_the_protections(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "HX-Request" in headers["Vary"]


@pytest.mark.django_db
def test_the_documentation_of_the_api_runs_files_of_ours_only(client):
    answer = client.get(reverse("api_docs"))
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "script-src 'self'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    page = answer.content.decode()
    assert "<script>" not in page
    assert "//cdn" not in page


@pytest.mark.django_db
def test_a_visitor_gets_no_cookie_from_a_public_page(client):
    assert not client.get("/rose/").cookies.keys() - {"phare-csrf"}
