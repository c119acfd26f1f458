from anymail.signals import tracking
from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "phare_platform.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Listen to what providers tell of deliveries."""
        from phare_platform.outbox.webhooks import take_anymail_event  # noqa: PLC0415  # models come later

        tracking.connect(take_anymail_event, dispatch_uid="outbox.take_anymail_event")
