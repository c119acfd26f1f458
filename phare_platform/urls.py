"""Every address of PHARE. Pages are in French, the API in English."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.views import SpectacularAPIView

from partnerships.organisations import views as organisations
from phare_platform import api, pages, showcase
from phare_platform.cockpit.views import preview as cockpit
from phare_platform.cockpit.views import templates

admin.site.site_header = admin.site.site_title = _("PHARE, platform team")

handler404 = "phare_platform.pages.not_found"

urlpatterns = [
    path("", pages.home, name="home"),
    path("accueil/", pages.start, name="start"),
    path("langue/", pages.set_language, name="set_language"),
    path("sante/", pages.health, name="health"),
    path("mentions-legales/", pages.legal, name="legal"),
    path("confidentialite/", pages.privacy, name="privacy"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("rose/", pages.rose, name="rose"),
    path("territoires/<slug:level>/<slug:code>/", pages.territory, name="territory"),
    path("territoires/", include("territories.urls")),
    path("courrier/essai/", cockpit.a_test, name="mail_test"),
    path("courrier/", include("phare_platform.outbox.urls")),
    path("compte/courrier/", organisations.notifications, name="mail_preferences"),
    path(
        "courrier/preferences/<str:token>/",
        organisations.notifications_link,
        name="mail_preferences_link",
    ),
    path("compte/", include("phare_platform.accounts.urls")),
    path("compte/", include("allauth.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", api.docs, name="api_docs"),
    path("api/v1/", include(api.urlpatterns)),
    path("equipe/courrier/", include("phare_platform.cockpit.urls")),
    path("equipe/admin/", admin.site.urls),
    path("", include("partnerships.urls")),
]
if settings.ANYMAIL["WEBHOOK_SECRET"]:  # without one, anybody could suppress anybody's address
    urlpatterns += [path("courrier/fournisseur/", include("anymail.urls"))]
if settings.DEV_TOOLS:
    urlpatterns += [path("dev/composants/", showcase.components, name="components")]
    urlpatterns += [
        path("dev/courriels/", templates.templates, name="mail_templates"),
        path(
            "dev/courriels/<str:language>/<path:template>/",
            templates.template_html,
            name="mail_template_html",
        ),
    ]
    urlpatterns += [path("dev/", include("phare_platform.outbox.dev_urls"))]
