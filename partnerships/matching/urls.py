"""Addresses of suggestions and introductions."""

from django.urls import path

from partnerships.matching.views import fairness, introductions, links, suggestions

urlpatterns = [
    path("equite/", fairness.fairness, name="fairness"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/regle/", suggestions.rule, name="suggestion_rule"),
    path("suggestions/lien/<str:token>/", links.suggestion_link, name="suggestion_link"),
    path("suggestions/<int:other_pk>/", suggestions.suggestion, name="suggestion"),
    path(
        "suggestions/<int:other_pk>/repondre/",
        suggestions.suggestion_answer,
        name="suggestion_answer",
    ),
    path(
        "suggestions/<int:other_pk>/annuler/", suggestions.suggestion_undo, name="suggestion_undo"
    ),
    path("introductions/", introductions.introductions, name="introductions"),
    path("introductions/<int:pk>/", introductions.introduction, name="introduction"),
    path(
        "introductions/<int:pk>/accepter/",
        introductions.introduction_accept,
        name="introduction_accept",
    ),
    path(
        "introductions/<int:pk>/decliner/",
        introductions.introduction_decline,
        name="introduction_decline",
    ),
]
