"""A small country, organisations in it, the team, and messages of every fate."""

import pytest
from django.db import transaction
from django.utils import timezone

from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Message
from phare_platform.outbox.rendering import Rendered
from phare_platform.outbox.services import queue_rendered
from tests.partnerships.matching.cast import *  # noqa: F403

counter = iter(range(10**9))


@pytest.fixture
def team(client, make_person):
    """A client signed in as Tina, of the team, who reads English."""
    tina = make_person("tina@phare.example", is_staff=True, is_superuser=True, language="en")
    client.force_login(tina)
    client.person = tina
    return client


@pytest.fixture
def write(db):
    """Write messages: `write(3, "sent", campaign="digest:2026-W47", answered=1)`."""

    def write(n, status="sent", *, answered=0, kind=MessageKind.DIGEST, to=None, **fields):
        made = []
        for k in range(n):
            with transaction.atomic():
                message = queue_rendered(
                    key=f"t{next(counter)}",
                    kind=kind,
                    rendered=Rendered("A subject", "Words\n", "<p>Words</p>"),
                    to=to.email if to else "bob@example.org",
                    recipient=to,
                    language="fr",
                    campaign=fields.get("campaign", ""),
                    territory=fields.get("territory", ""),
                )
            created = fields.get("at", timezone.now())
            Message.objects.filter(pk=message.pk).update(
                status=status,
                created_at=created,
                sent_at=created if status == "sent" else None,
                answered_at=created if k < answered else None,
                not_before=fields.get("not_before"),
                last_error=fields.get("error", ""),
            )
            made.append(message)
        return made

    return write
