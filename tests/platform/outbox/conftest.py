"""Messages to send, and a mail server to send them to."""

import pytest
from django.db import transaction

from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.rendering import Rendered
from phare_platform.outbox.services import queue_rendered
from tests.platform.outbox.sink import Sink


def queue(key="k", *, kind=MessageKind.DIGEST, to="bob@example.org", **fields):
    """One waiting message, without templates."""
    rendered = Rendered(f"Subject of {key}", f"Text of {key}\n", f"<p>{key}</p>")
    with transaction.atomic():
        return queue_rendered(
            key=key, kind=kind, rendered=rendered, to=to, recipient=None, language="fr", **fields
        )


@pytest.fixture
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture
def smtp(sink, settings):
    """The sink as the mail server of the settings."""
    settings.EMAIL_BACKEND = "phare_platform.outbox.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 5
    return sink
