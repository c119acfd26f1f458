"""The roof and the foundations of PHARE. Importing it makes Celery's application known."""

from phare_platform.celery import app as celery_app

__all__ = ["celery_app"]
