"""Addresses that mail links to."""

from django.urls import path

from phare_platform.outbox import views

app_name = "outbox"
urlpatterns = [
    path("desinscription/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
