"""Addresses of the room, under `/territoires/`."""

from django.urls import path

from territories.places import views

urlpatterns = [
    path("", views.index, name="index"),
    path("recherche.json", views.search_json, name="search_json"),
]
