"""Addresses of the development mailbox; absent in production."""

from django.urls import path

from phare_platform.outbox import dev_views

app_name = "dev"
urlpatterns = [
    path("courrier/", dev_views.mailbox, name="mailbox"),
    path("courrier/<int:pk>/", dev_views.mail, name="mail"),
    path("courrier/<int:pk>/html/", dev_views.mail_html, name="mail_html"),
]
