"""Register of the floor's addresses."""

from django.urls import URLPattern, URLResolver

from partnerships.conversations.urls import urlpatterns as conversations
from partnerships.evaluation.urls import urlpatterns as evaluation
from partnerships.lifecycle.urls import urlpatterns as lifecycle
from partnerships.matching.urls import urlpatterns as matching
from partnerships.organisations.urls import urlpatterns as organisations

app_name = "partnerships"
urlpatterns: list[URLPattern | URLResolver] = [
    *organisations,
    *matching,
    *conversations,
    *lifecycle,
    *evaluation,
]
