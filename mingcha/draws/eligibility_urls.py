"""Addresses of who may stand in a population: of the whole city, and of a ceremony."""

from django.urls import path, re_path

from mingcha.draws import eligibility_views as views

urlpatterns = [
    path("limits/", views.limits, name="limits"),
    path("limits/caps/set/", views.set_cap, name="set_cap"),
    path("limits/caps/<int:seq>/end/", views.end_cap, name="end_cap"),
    path("limits/equivalents/declare/", views.declare_equivalent, name="declare_equivalent"),
    path("limits/equivalents/<int:seq>/end/", views.end_equivalent, name="end_equivalent"),
    path("<str:number>/population/", views.adjustments, name="adjustments"),
    path("<str:number>/population/adjust/", views.adjust, name="adjust"),
    path("<str:number>/population/<int:seq>/approve/", views.approve_adjustment, name="approve_adjustment"),
    path("<str:number>/population/<int:seq>/withdraw/", views.withdraw_adjustment, name="withdraw_adjustment"),
    path("<str:number>/population/exempt/", views.exempt, name="exempt"),
    path("<str:number>/left-out/", views.left_out, name="left_out"),
    re_path(r"^(?P<number>[^/]+)/left-out\.(?P<kind>xlsx|csv)$", views.export_left_out, name="export_left_out"),
]
