"""Any refusal of the API as problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from phare_platform.lib.errors import Refusal


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any refusal as `application/problem+json` with the fields at fault under `errors`."""
    if isinstance(error, Refusal):
        return _problem(error.status, str(error), code=error.code)
    if isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(
            error.message_dict if hasattr(error, "error_dict") else error.messages
        )
    response = exception_handler(error, context)
    if response is None:
        return None
    data = response.data
    if isinstance(error, exceptions.ValidationError):
        answer = _problem(
            response.status_code, "The request holds values that are refused.", errors=data
        )
    else:
        answer = _problem(
            response.status_code, str(data.get("detail", "")) if isinstance(data, dict) else ""
        )
    for header, value in response.headers.items():
        answer.headers.setdefault(header, value)
    return answer


def _problem(code_: int, detail: str, **extra: Any) -> Response:
    body = {"type": "about:blank", "status": code_, "detail": detail, **extra}
    return Response(body, status=code_, content_type="application/problem+json")
