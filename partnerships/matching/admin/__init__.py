"""The team's pages of matching: policies, and what services have written."""

from partnerships.matching.admin.policies import PolicyAdmin
from partnerships.matching.admin.records import DigestAdmin, IntroductionAdmin, RefreshAdmin

__all__ = ["DigestAdmin", "IntroductionAdmin", "PolicyAdmin", "RefreshAdmin"]
