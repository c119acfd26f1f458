"""Celery's application. Tasks live in the rooms; each floor registers its own in `tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phare_platform.settings")

app = Celery("phare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
