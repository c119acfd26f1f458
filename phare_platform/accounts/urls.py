"""Addresses of one's own account; allauth's stand beside them."""

from django.urls import path

from phare_platform.accounts import views

urlpatterns = [
    path("mon-compte/", views.account, name="account"),
    path("profil/", views.profile, name="profile"),
    path("jetons/", views.tokens, name="tokens"),
    path("jetons/<str:key>/revoquer/", views.token_revoke, name="token_revoke"),
]
