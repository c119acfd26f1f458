from django.apps import AppConfig


class TraceConfig(AppConfig):
    name = "phare_platform.trace"
    label = "trace"
