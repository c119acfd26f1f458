from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "phare_platform.outbox"
    label = "outbox"
