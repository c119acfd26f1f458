"""Every message that allauth can send has our words, in French and in English."""

from pathlib import Path
from types import SimpleNamespace

import allauth
import pytest
from allauth.core import context
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone

from phare_platform.outbox.adapter import AccountAdapter
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Message

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = settings.BASE_DIR / "templates"
FRAMES = {"account/email/base"}
PREFIXES = sorted(
    str(path.relative_to(THEIRS)).removesuffix("_message.txt")
    for path in THEIRS.glob("*/email/*_message.txt")
)
WORDS = {
    "code": "ABC-DEF",
    "password_reset_url": "https://phare.example/reset/",
    "signup_url": "https://phare.example/signup/",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "provider": "Region",
    "ip": "192.0.2.7",
    "user_agent": "<script>alert(1)</script>",
    "timestamp": timezone.now(),
}


@pytest.mark.parametrize("prefix", [prefix for prefix in PREFIXES if prefix not in FRAMES])
def test_our_words_replace_theirs(prefix):
    for ending in ("_message.txt", "_subject.txt"):
        assert (OURS / f"{prefix}{ending}").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("prefix", [prefix for prefix in PREFIXES if prefix not in FRAMES])
def test_each_message_is_whole(prefix, language, alice):
    alice.language = language
    alice.save()
    request = RequestFactory().get("/")
    with context.request_context(request):
        AccountAdapter(request).send_mail(prefix, alice.email, WORDS)
    message = Message.objects.get()
    assert (message.kind, message.recipient, message.language) == (
        MessageKind.SECURITY,
        alice,
        language,
    )
    assert message.subject
    assert f'lang="{language}"' in message.html
    assert "Alice Martin" in message.text
    assert "List-Unsubscribe" not in message.headers
    assert "<script>" not in message.html
    assert "{" not in message.text


@pytest.mark.django_db
def test_french_and_english_differ_in_every_message(alice):
    request = SimpleNamespace(user=alice)
    texts = {}
    for language in ("fr", "en"):
        alice.language = language
        alice.save()
        for prefix in PREFIXES:
            if prefix not in FRAMES:
                Message.objects.all().delete()
                AccountAdapter(request).send_mail(prefix, alice.email, WORDS)
                message = Message.objects.get()
                texts.setdefault(prefix, []).append(
                    (message.subject, message.text.split("\n\n")[2])
                )
    for prefix, ((subject_fr, body_fr), (subject_en, body_en)) in texts.items():
        assert subject_fr != subject_en, prefix
        assert body_fr != body_en, prefix
