"""Addresses of the room, at the root of the floor."""

from django.urls import path

from partnerships.lifecycle.views import deeds, lists, opening, page

urlpatterns = [
    path("bureau/", lists.desk, name="desk"),
    path("bureau/a-prendre/", lists.to_take, name="partnerships_to_take"),
    path("partenariats/", lists.index, name="partnership_index"),
    path("partenariats/export.csv", lists.export, name="partnership_export"),
    path("partenariats/nouveau/", opening.new, name="partnership_new"),
    path("partenariats/<int:pk>/", page.show, name="partnership"),
    path("partenariats/<int:pk>/modifier/", page.edit, name="partnership_edit"),
    path("partenariats/<int:pk>/etape/", deeds.stage, name="partnership_stage"),
    path("partenariats/<int:pk>/fin/", deeds.end, name="partnership_end"),
    path("partenariats/<int:pk>/points/<slug:code>/", page.point, name="partnership_point"),
    path("partenariats/<int:pk>/notes/", deeds.note, name="partnership_note"),
    path("partenariats/<int:pk>/accompagner/", deeds.take, name="partnership_take"),
    path("partenariats/<int:pk>/facilitateur/", deeds.facilitator, name="partnership_facilitator"),
    path("partenariats/<int:pk>/partenaires/", deeds.partner_add, name="partnership_partner_add"),
    path(
        "partenariats/<int:pk>/partenaires/<int:organisation>/retirer/",
        deeds.partner_remove,
        name="partnership_partner_remove",
    ),
    path(
        "partenariats/<int:pk>/partenaires/<int:organisation>/repondre/",
        deeds.partner_answer,
        name="partnership_partner_answer",
    ),
]
