"""How providers tell us of bounces and complaints: ours, signed, and those of django-anymail."""

import hashlib
import hmac
import json
import time
from typing import Any

from anymail.signals import EventType, RejectReason
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.encoding import force_bytes
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework import serializers

from phare_platform.outbox import events
from phare_platform.outbox.enums import DeliveryKind

HEADER = "PHARE-Signature"  # t=<seconds since 1970>,v1=<hexadecimal HMAC-SHA256>
PATIENCE = 300  # seconds that the clock of the sender may be wrong
MOST_EVENTS = 1000
FAR_FUTURE = 10**11  # no clock says this

KINDS = {
    EventType.DELIVERED: DeliveryKind.DELIVERED,
    EventType.DEFERRED: DeliveryKind.DEFERRED,
    EventType.BOUNCED: DeliveryKind.BOUNCED,
    EventType.COMPLAINED: DeliveryKind.COMPLAINED,
}
# The provider refuses because of what it learnt before, perhaps from another of its customers.
REJECTIONS = {
    RejectReason.INVALID: DeliveryKind.BOUNCED,
    RejectReason.BOUNCED: DeliveryKind.BOUNCED,
    RejectReason.SPAM: DeliveryKind.COMPLAINED,
}
FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}  # "blocked" or "timed out" may pass


class EventSerializer(serializers.Serializer[dict[str, Any]]):
    """One event as our own webhook takes it (docs/mail.md)."""

    id = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(DeliveryKind.choices)
    address = serializers.EmailField(max_length=254)
    permanent = serializers.BooleanField(default=False)
    message_id = serializers.CharField(max_length=200, default="", allow_blank=True)
    words = serializers.CharField(max_length=10_000, default="", allow_blank=True)
    at = serializers.DateTimeField(default=None, allow_null=True)


class EventsSerializer(serializers.Serializer[dict[str, Any]]):
    """What one request holds; all of it is kept, or nothing."""

    events = serializers.ListField(
        child=EventSerializer(), allow_empty=False, max_length=MOST_EVENTS
    )


def signature(secret: str, body: bytes, *, at: int) -> str:
    """The value of the header for this body, for whoever sends to us."""
    digest = hmac.new(force_bytes(secret), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def is_signed(header: str, body: bytes, *, now: float) -> bool:
    """Whether one of our secrets signed this body less than five minutes ago."""
    seconds = header.partition("t=")[2].partition(",")[0]
    if not (seconds.isascii() and seconds.isdigit()) or int(seconds[:20]) > FAR_FUTURE:
        return False
    at = int(seconds)
    genuine = any(
        hmac.compare_digest(force_bytes(header), signature(secret, body, at=at).encode())
        for secret in settings.MAIL_WEBHOOK_SECRETS
    )
    return genuine and abs(now - at) <= PATIENCE


@login_not_required
@csrf_exempt  # a program without a cookie; the signature is the proof
@require_POST
def take_events(request: HttpRequest) -> JsonResponse:
    """Keep signed events; the same request again changes nothing, for each event has its own id."""
    if not settings.MAIL_WEBHOOK_SECRETS:
        raise Http404
    if not is_signed(request.headers.get(HEADER, ""), request.body, now=time.time()):
        return JsonResponse({"detail": "The signature is missing, wrong or old."}, status=403)
    try:
        content = EventsSerializer(data=json.loads(request.body))
    except (ValueError, RecursionError):
        return JsonResponse({"detail": "This is not JSON."}, status=400)
    if not content.is_valid():
        return JsonResponse({"detail": content.errors}, status=400)
    with transaction.atomic():
        kept = [
            events.record(
                event_id=f"phare:{event.pop('id')}",
                kind=DeliveryKind(event.pop("kind")),
                **event,
            )
            for event in content.validated_data["events"]
        ]
    return JsonResponse({"recorded": sum(kept), "known": len(kept) - sum(kept)})


def take_anymail_event(*, event: Any, esp_name: str, **_: object) -> None:
    """Keep an event that django-anymail read from a provider; connected to its `tracking` signal.

    Openings and clicks are not kept: nobody is followed. Neither is "unsubscribed": a person says
    that to us, by the link of the message.
    """
    kind = KINDS.get(event.event_type)
    if event.event_type == EventType.REJECTED:
        kind = REJECTIONS.get(event.reject_reason)
    if kind is None or not event.recipient:
        return
    told = (event.event_type, event.message_id, event.recipient, event.timestamp)
    number = event.event_id or hashlib.sha256(repr(told).encode()).hexdigest()
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    events.record(
        event_id=f"{esp_name}:{kind}:{number}".lower(),
        address=event.recipient,
        kind=kind,
        permanent=kind == DeliveryKind.BOUNCED and event.reject_reason in FOR_GOOD,
        message_id=str(metadata.get("phare") or event.message_id or ""),
        words=" ".join(filter(None, [event.description, event.mta_response])),
        at=event.timestamp,
    )
