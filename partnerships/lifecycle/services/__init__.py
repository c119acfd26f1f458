"""Every write on partnerships, by subject; each leaves a line on the timeline and a trace."""

from partnerships.lifecycle.services.opening import (
    edit_partnership,
    load_checklists,
    open_partnership,
)
from partnerships.lifecycle.services.partners import (
    add_partner,
    agree_to_partnership,
    decline_partnership,
    name_facilitator,
    remove_partner,
    take_partnership,
)
from partnerships.lifecycle.services.stages import end_partnership, move_to_stage
from partnerships.lifecycle.services.story import (
    add_note,
    record_evaluation,
    set_point,
    settle_by_evaluation,
)

__all__ = [
    "add_note",
    "add_partner",
    "agree_to_partnership",
    "decline_partnership",
    "edit_partnership",
    "end_partnership",
    "load_checklists",
    "move_to_stage",
    "name_facilitator",
    "open_partnership",
    "record_evaluation",
    "remove_partner",
    "set_point",
    "settle_by_evaluation",
    "take_partnership",
]
