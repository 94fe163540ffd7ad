"""Addresses of the public site, and of the officials' side under publication/."""

from django.urls import path

from mingcha.people.doors import public
from mingcha.publication import office, views
from mingcha.publication.feeds import BoardFeed

app_name = "publication"
urlpatterns = [
    path("", views.home, name="home"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>.csv", views.open_data, name="open_data"),
    path("boards/<slug:slug>.atom", public(BoardFeed()), name="feed"),
    path("notices/<slug:slug>/<path:reference>/", views.notice, name="notice"),
    path("firms/<str:unit_id>/", views.firm, name="firm"),
    path("statistics/", views.statistics, name="statistics"),
    path("verify/", views.verify, name="verify"),
    path("bundles/<str:number>.zip", views.bundle, name="bundle"),
    path("certificates/<str:number>.pdf", views.certificate, name="certificate"),
    path("publication/ledger/", office.ledger, name="ledger"),
    path("publication/ledger.<str:kind>", office.export_waiting, name="export_waiting"),
    path("publication/notices/", office.notices, name="notices"),
    path("publication/notices.<str:kind>", office.export_notices, name="export_notices"),
    path("publication/publish/<slug:kind>/<str:number>/", office.publish, name="publish"),
    path("publication/results/", office.publish_results, name="publish_results"),
    path("publication/notices/<int:pk>/correct/", office.correct, name="correct"),
    path("publication/notices/<int:pk>/withdraw/", office.withdraw, name="withdraw"),
]
