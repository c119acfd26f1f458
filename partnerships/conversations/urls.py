"""Addresses of conversations, under `/conversations/`."""

from django.urls import path

from partnerships.conversations import views

urlpatterns = [
    path("conversations/", views.conversations, name="conversations"),
    path("conversations/lien/<str:token>/", views.conversation_link, name="conversation_link"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/ecrire/", views.conversation_write, name="conversation_write"),
]
