"""The table of addresses. The public site stands at the root; everything else has a room's name in front."""

from django.urls import include, path
from django.views.i18n import set_language

from mingcha.config.api import api
from mingcha.people.doors import public

urlpatterns = [
    path("", include("mingcha.publication.urls")),
    path("", include("mingcha.people.urls")),
    path("", include("mingcha.desk.urls")),
    path("registers/", include("mingcha.registers.urls")),
    path("plans/", include("mingcha.plans.urls")),
    path("draws/", include("mingcha.draws.urls")),
    path("assignments/", include("mingcha.assignments.urls")),
    path("visits/", include("mingcha.visits.urls")),
    path("results/", include("mingcha.results.urls")),
    path("language/", public(set_language), name="set_language"),
    path("api/v1/", api.urls),
]
