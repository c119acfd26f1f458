"""Pages of a list: one size, one parameter, no error for a page that does not exist."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property

PAGE_SIZE = 20


class CappedPaginator(Paginator[Any]):
    """Counts and shows no further than `at_most` things, so that a million cost no more.

    `is_capped` tells the page to say "more than" and to ask for a narrower search. Keys are read
    before rows: a search that few things answer to is then ordered among those few, whatever the
    database guessed, and what is sorted is narrow.
    """

    def __init__(self, things: Any, size: int, *, at_most: int) -> None:
        super().__init__(things, size)
        self.things = things
        self.at_most = at_most

    @cached_property
    def _seen(self) -> list[Any]:
        keys = self.things.order_by().values_list("pk", flat=True)
        return list(keys[: self.at_most + 1])

    @cached_property
    def count(self) -> int:
        """How many things there are, `at_most` when there are more."""
        return min(len(self._seen), self.at_most)

    @property
    def is_capped(self) -> bool:
        """True when there are more things than are counted."""
        return len(self._seen) > self.at_most

    def page(self, number: int | str) -> Page[Any]:
        """The things of one page, in their order; raises as Django's."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        top = min(bottom + self.per_page, self.count)
        ordered = self.things if self.is_capped else self.things.filter(pk__in=self._seen)
        keys = list(ordered.values_list("pk", flat=True)[bottom:top])
        return Page(self.things.filter(pk__in=keys), number, self)


def paginate(
    request: HttpRequest, things: Any, *, size: int = PAGE_SIZE, at_most: int | None = None
) -> Page[Any]:
    """The page that `?page=` names; the first or last one when it names nothing.

    With `at_most`, `things` is a queryset counted and shown no further than that.
    """
    if at_most is None:
        return Paginator(things, size).get_page(request.GET.get("page"))
    pages = CappedPaginator(things, size, at_most=at_most)
    return pages.get_page(request.GET.get("page"))
