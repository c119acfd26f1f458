"""Addresses of the team's cockpit of mail."""

from django.urls import path

from phare_platform.cockpit.views import board, preview, trouble

app_name = "cockpit"
urlpatterns = [
    path("", board.board, name="board"),
    path("export/", board.export, name="export"),
    path("personnes/", board.people, name="people"),
    path("a-regarder/", trouble.trouble, name="trouble"),
    path("a-regarder/decider/", trouble.decide, name="decide"),
    path("apercu/", preview.preview, name="preview"),
    path("apercu/envoyer/", preview.send_test, name="send_test"),
    path(
        "apercu/<int:pk>/<str:language>/<path:template>/",
        preview.preview_html,
        name="preview_html",
    ),
]
