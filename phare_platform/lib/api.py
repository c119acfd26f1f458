"""What every endpoint shares: pages, limits, bodies. Errors are in `problems`."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

from phare_platform.lib.validators import clean_text


class Pages(PageNumberPagination):
    """Pages of 20, up to 100 on request."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class SafeJSONParser(JSONParser):
    """JSON whose texts the database can store; anything else is a 400, not a 500."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The parsed body; raises ParseError."""
        try:
            return clean_text(super().parse(stream, media_type, parser_context))
        except DjangoValidationError as error:
            raise exceptions.ParseError(error.messages[0]) from error
        except RecursionError as error:
            raise exceptions.ParseError("JSON is nested too deeply.") from error


class AnonThrottle(AnonRateThrottle):
    """Requests without a token, by address."""


class UserThrottle(UserRateThrottle):
    """Requests of one person."""
