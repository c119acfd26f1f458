"""Addresses of the room, under `/organisations/`."""

from django.urls import include, path

from partnerships.organisations import views

member_urls = [
    path("<int:pk>/membres/", views.members, name="organisation_members"),
    path("<int:pk>/membres/inviter/", views.invite, name="organisation_invite"),
    path("<int:pk>/membres/<int:member_pk>/role/", views.role, name="organisation_member_role"),
    path(
        "<int:pk>/membres/<int:member_pk>/retirer/",
        views.remove,
        name="organisation_member_remove",
    ),
    path(
        "<int:pk>/invitations/<int:invitation_pk>/annuler/",
        views.revoke,
        name="organisation_invitation_revoke",
    ),
    path(
        "<int:pk>/demandes/<int:request_pk>/repondre/",
        views.answer_join_request,
        name="organisation_join_answer",
    ),
    path("<int:pk>/quitter/", views.leave, name="organisation_leave"),
]
profile_urls = [
    path("<int:pk>/", views.profile, name="organisation"),
    path("<int:pk>/rejoindre/", views.join, name="organisation_join"),
    path("<int:pk>/modifier/", views.edit, name="organisation_edit"),
    path("<int:pk>/activite/", views.activity, name="organisation_activity"),
    path("<int:pk>/capacite/", views.capacity, name="organisation_capacity"),
    path("<int:pk>/confirmer/", views.confirm, name="organisation_confirm"),
    path("<int:pk>/declarer/", views.fragilities, name="organisation_declare"),
    path("<int:pk>/declarer/moyens/", views.means, name="organisation_declare_means"),
    path("<int:pk>/declarer/territoires/", views.areas, name="organisation_declare_areas"),
]
here = [
    path("", views.index, name="organisation_index"),
    path("export.csv", views.export, name="organisation_export"),
    path("nouvelle/", views.new, name="organisation_new"),
    path("choisir/", views.choose, name="organisation_choose"),
    path("invitation/<str:token>/", views.invitation, name="organisation_invitation"),
    *profile_urls,
    *member_urls,
]
urlpatterns = [path("organisations/", include(here))]
