"""Addresses of the room: an evaluation hangs under its partnership."""

from django.urls import path

from partnerships.evaluation import views

urlpatterns = [
    path("partenariats/<int:pk>/evaluation/", views.show, name="evaluation"),
    path("partenariats/<int:pk>/evaluation/repondre/", views.answer, name="evaluation_answer"),
    path("partenariats/<int:pk>/evaluation/export.csv", views.export, name="evaluation_export"),
]
