"""Addresses that mail links to."""

from django.urls import path

from phare_platform.outbox import views, webhooks

app_name = "outbox"
urlpatterns = [
    path("evenements/", webhooks.take_events, name="events"),
    path("desinscription/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
