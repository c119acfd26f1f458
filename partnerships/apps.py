from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"

    def ready(self) -> None:
        """Listen to what the lower rooms tell."""
        from partnerships import receivers  # noqa: F401, PLC0415  # Django asks for it here
