from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "phare_platform.lib"
    label = "lib"
