"""What this room tells the rooms above; `partnerships/receivers.py` listens.

Receivers run inside the service's transaction: what they refuse undoes the deed.
"""

from django.dispatch import Signal

# pks: Collection[int]. What these organisations are or declare has changed, their status included.
organisations_changed = Signal()
