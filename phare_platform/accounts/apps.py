from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "phare_platform.accounts"
    label = "accounts"


class TeamAdminConfig(AdminConfig):
    default = False
    default_site = "phare_platform.accounts.team.TeamSite"
