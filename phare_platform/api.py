"""The API's one router, its token endpoints and its documentation."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import URLPattern, URLResolver
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from partnerships.api import ROUTES as UPSTAIRS
from phare_platform.accounts.api import TokenViewSet
from territories.api import ROUTES as GROUND

router = DefaultRouter()
router.include_format_suffixes = False  # the API speaks JSON; no second address for it
for prefix, viewset, name in [*GROUND, *UPSTAIRS]:
    router.register(prefix, viewset, basename=name)
router.register("tokens", TokenViewSet, basename="api_token")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

# Swagger UI writes styles into its page; scripts stay files of ours. Its logo is a data: image.
docs = csp_update({"style-src": [UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="api_schema")
)

__all__ = ["docs", "urlpatterns"]
