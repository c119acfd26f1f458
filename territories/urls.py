"""Register of the floor's addresses."""

from django.urls import URLPattern

from territories.places.urls import urlpatterns as places

app_name = "territories"
urlpatterns: list[URLPattern] = [*places]
