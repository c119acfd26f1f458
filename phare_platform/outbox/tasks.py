"""The heartbeat of mail. Each task calls one function."""

from celery import shared_task

from phare_platform.outbox import sender, services


@shared_task(name="outbox.relay", expires=30)
def relay() -> None:
    """Hand due messages to the workers; every few seconds."""
    sender.relay()


@shared_task(name="outbox.send")
def send(*, pk: int) -> None:
    """Send one message."""
    sender.send(pk)


@shared_task(name="outbox.reconcile", expires=60)
def reconcile() -> None:
    """Look after what killed senders left behind; every minute."""
    sender.reconcile()


@shared_task(name="outbox.forget_old_messages")
def forget_old_messages() -> None:
    """Delete the words of old messages, then the messages; daily."""
    services.forget_old_messages()
