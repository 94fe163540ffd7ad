"""Addresses of the public site, and of the officials' side under publication/."""

from django.urls import path

from mingcha.publication import views

app_name = "publication"
urlpatterns = [
    path("", views.home, name="home"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>.csv", views.open_data, name="open_data"),
    path("notices/<slug:slug>/<path:reference>/", views.notice, name="notice"),
    path("firms/<str:unit_id>/", views.firm, name="firm"),
    path("statistics/", views.statistics, name="statistics"),
    path("verify/", views.verify, name="verify"),
    path("bundles/<str:number>.zip", views.bundle, name="bundle"),
    path("publication/ledger/", views.ledger, name="ledger"),
    path("publication/publish/<slug:kind>/<str:number>/", views.publish, name="publish"),
    path("publication/results/", views.publish_results, name="publish_results"),
    path("publication/notices/<int:pk>/correct/", views.correct, name="correct"),
    path("publication/notices/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
