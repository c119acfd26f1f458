"""What this room tells the rooms above; `partnerships/receivers.py` listens.

Receivers run inside the service's transaction: what they refuse undoes the deed.
"""

from django.dispatch import Signal

# partnership: Partnership, before: str, by: User | None. The partnership is at its new stage.
stage_changed = Signal()
# partnership: Partnership, organisation: Organisation, by: User | None.
partner_left = Signal()
