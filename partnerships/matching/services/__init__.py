"""What matching writes: policies and lists; answers, introductions and digests."""

from partnerships.matching.services.answers import Answered, answer_suggestion, undo_answer
from partnerships.matching.services.answers_by_mail import answer_by_link, undo_by_link
from partnerships.matching.services.chunks import compute_chunks
from partnerships.matching.services.comparing import ask_comparison, run_comparison
from partnerships.matching.services.deadlines import expire_introductions
from partnerships.matching.services.digests import send_digest, send_digests
from partnerships.matching.services.first_list import compute_first_list
from partnerships.matching.services.introductions import (
    accept_introduction,
    decline_introduction,
    open_introduction,
)
from partnerships.matching.services.packing import pack_all_profiles, pack_profiles
from partnerships.matching.services.policies import activate_policy, create_policy, ensure_policy
from partnerships.matching.services.refreshing import refresh_matches
from partnerships.matching.services.refreshing_some import (
    refresh_organisation,
    refresh_organisations,
)
from partnerships.matching.services.sharing import share_places

__all__ = [
    "Answered",
    "accept_introduction",
    "activate_policy",
    "answer_by_link",
    "answer_suggestion",
    "ask_comparison",
    "compute_chunks",
    "compute_first_list",
    "create_policy",
    "decline_introduction",
    "ensure_policy",
    "expire_introductions",
    "open_introduction",
    "pack_all_profiles",
    "pack_profiles",
    "refresh_matches",
    "refresh_organisation",
    "refresh_organisations",
    "run_comparison",
    "send_digest",
    "send_digests",
    "share_places",
    "undo_answer",
    "undo_by_link",
]
