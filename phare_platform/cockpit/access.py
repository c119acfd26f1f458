"""Who may watch the mail of the platform: the team, and nobody else.

Messages name people, so the administration's own permissions on messages apply.
"""

from typing import Any


def can_watch_mail(user: Any) -> bool:
    """True for members of the team who may see messages."""
    return _is_team(user) and bool(user.has_perm("outbox.view_message"))


def can_act_on_mail(user: Any) -> bool:
    """True for members of the team who may send again, let go, and send themselves a test."""
    return _is_team(user) and bool(user.has_perm("outbox.change_message"))


def _is_team(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active and user.is_staff)
