"""The same request twice is one effect.

Forms carry a hidden `idempotency_key` (template tag of that name); API clients send an
`Idempotency-Key` header. The first request does the deed and its answer is kept for a day; a
second one with the same key and body gets that answer again. For the API, the same key with
another body is 422 and a request still under way is 409 with `Retry-After`; a page waits a moment
for the first answer instead, because a double click must end on the page of success.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from phare_platform.lib.models import IdempotencyKey

FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
LOCK = timedelta(seconds=60)
WAIT_SECONDS, STEP = 8.0, 0.1
KEPT_HEADERS = ("Content-Type", "Location", "HX-Redirect", "HX-Trigger")
SHOWN_ONCE = "shown_once"
GetResponse = Callable[[HttpRequest], HttpResponse]
Response = TypeVar("Response", bound=HttpResponse)


def once_per_key(get_response: GetResponse) -> GetResponse:
    """Middleware: answer a repeated unsafe request as the first time, without doing it again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        key, from_form = _key_of(request)
        if not key or "\0" in f"{key}{request.path}":
            return get_response(request)
        digest = _digest(request)
        # Hashed, for a key may be of any length and hold what the database cannot store.
        full_key = _sha256(f"{key}:{digest}" if from_form else key)
        mine = _claim(request, full_key, digest)
        if mine is None:
            return _answer_again(request, full_key, digest, patient=from_form)
        return _do_and_remember(request, mine, get_response, from_form=from_form)

    return middleware


def shown_once(response: Response) -> Response:
    """Mark an answer that holds a secret: it is not kept, so a repetition gets no copy of it.

    A repeated form is sent back to its page instead, a repeated API request is told 409.
    """
    setattr(response, SHOWN_ONCE, True)
    return response


def _key_of(request: HttpRequest) -> tuple[str, bool]:
    if header := request.headers.get(HEADER):
        return header, False
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return request.POST.get(FIELD, ""), True
    return "", False


def _digest(request: HttpRequest) -> str:
    if request.content_type == "multipart/form-data":
        files = [(n, f.name, f.size) for n in request.FILES for f in request.FILES.getlist(n)]
        body = repr((sorted(request.POST.lists()), files)).encode()
    else:
        body = request.body
    return _sha256(f"{request.method} {request.get_full_path()}\0".encode() + body)


def _sha256(value: str | bytes) -> str:
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()


def _principal(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    if token := request.headers.get("Authorization"):
        return f"token:{_sha256(token)[:40]}"
    return f"visitor:{request.META.get('REMOTE_ADDR', '')}"


def _claim(request: HttpRequest, key: str, digest: str) -> IdempotencyKey | None:
    """Take the key for this request; None when another request has it and is alive or done."""
    now = timezone.now()
    row = IdempotencyKey(
        principal=_principal(request),
        key=key,
        method=request.method or "",
        path=quote(request.path)[:400],
        body_sha256=digest,
        locked_until=now + LOCK,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        taken = IdempotencyKey.objects.filter(
            principal=row.principal, key=key, status=None, locked_until__lt=now, body_sha256=digest
        ).update(locked_until=now + LOCK)
        return IdempotencyKey.objects.get(principal=row.principal, key=key) if taken else None
    return row


def _do_and_remember(
    request: HttpRequest, row: IdempotencyKey, get_response: GetResponse, *, from_form: bool
) -> HttpResponse:
    kept = False
    try:
        response = get_response(request)
        if response.status_code < 400 and not response.streaming:
            again = _without_secret(request, response, from_form=from_form)
            row.status, row.body = again.status_code, again.content
            row.headers = {h: again.headers[h] for h in KEPT_HEADERS if h in again.headers}
            row.save(update_fields=["status", "headers", "body"])
            kept = True
        return response
    finally:
        if not kept:
            IdempotencyKey.objects.filter(pk=row.pk, locked_until=row.locked_until).delete()


def _without_secret(
    request: HttpRequest, response: HttpResponse, *, from_form: bool
) -> HttpResponse:
    if not getattr(response, SHOWN_ONCE, False):
        return response
    if from_form:
        return HttpResponse(status=303, headers={"Location": request.path})
    return _problem(409, _("This was done already; its answer is shown only once."))


def _answer_again(request: HttpRequest, key: str, digest: str, *, patient: bool) -> HttpResponse:
    deadline = time.monotonic() + (WAIT_SECONDS if patient else 0)
    while True:
        row = IdempotencyKey.objects.filter(principal=_principal(request), key=key).first()
        if row and row.body_sha256 != digest:
            return _problem(422, _("This key was already used for another request."))
        if row and row.status is not None:
            return HttpResponse(bytes(row.body), status=row.status, headers=row.headers)
        if row is None or time.monotonic() > deadline:
            answer = _problem(409, _("The same request is still under way. Try again in a moment."))
            answer.headers["Retry-After"] = "2"
            return answer
        time.sleep(STEP)


def _problem(status: int, detail: str) -> HttpResponse:
    return JsonResponse(
        {"type": "about:blank", "status": status, "detail": detail},
        status=status,
        content_type="application/problem+json",
    )
