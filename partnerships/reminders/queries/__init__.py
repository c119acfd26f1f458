"""What waits, whether it still does, and in which words."""

from partnerships.reminders.queries.due import Due, due, settled
from partnerships.reminders.queries.lines import Line, lines_of, waiting_for

__all__ = ["Due", "Line", "due", "lines_of", "settled", "waiting_for"]
