"""Addresses of draws."""

from django.urls import include, path, re_path

from mingcha.draws import leaf_views, paper_views, source_views, views

app_name = "draws"
urlpatterns = [
    path("", views.ceremonies, name="ceremonies"),
    path("prepare/", views.prepare, name="prepare"),
    path("", include("mingcha.draws.eligibility_urls")),
    path("<str:number>/", views.ceremony, name="ceremony"),
    path("<str:number>/declare/", views.declare, name="declare"),
    path("<str:number>/declare-system/", views.declare_system, name="declare_system"),
    path("<str:number>/sources/", source_views.sources, name="sources"),
    path("<str:number>/sources/declare/", source_views.declare_source, name="declare_source"),
    path("<str:number>/sources/<int:position>/", source_views.source, name="source"),
    path("<str:number>/sources/<int:position>/enter/", source_views.enter_source, name="enter_source"),
    path("<str:number>/sources/<int:position>/give-up/", source_views.give_up_source, name="give_up_source"),
    path("<str:number>/sources/<int:position>/withdraw/", source_views.withdraw_source, name="withdraw_source"),
    path("<str:number>/witness/", views.witness, name="witness"),
    path("<str:number>/freeze/", views.freeze, name="freeze"),
    path("<str:number>/system-input/", views.add_system_input, name="add_system_input"),
    path("<str:number>/hold/", views.hold, name="hold"),
    path("<str:number>/countersign/", views.countersign, name="countersign"),
    path("<str:number>/release/", views.release, name="release"),
    path("<str:number>/abandon/", views.abandon, name="abandon"),
    path("<str:number>/units/", views.units, name="units"),
    re_path(r"^(?P<number>[^/]+)/units\.(?P<kind>xlsx|csv)$", views.export_units, name="export_units"),
    path("<str:number>/teams/", views.teams, name="teams"),
    re_path(r"^(?P<number>[^/]+)/teams\.(?P<kind>xlsx|csv)$", views.export_teams, name="export_teams"),
    path("<str:number>/bundle.zip", views.bundle, name="bundle"),
    path("<str:number>/auditors-bundle.zip", views.auditors_bundle, name="auditors_bundle"),
    path("<str:number>/leaf/", leaf_views.leaf, name="leaf"),
    path("<str:number>/certificate.pdf", views.certificate, name="certificate"),
    path("<str:number>/certificate.docx", paper_views.certificate_document, name="certificate_document"),
    path("<str:number>/minutes.docx", paper_views.record, {"kind": "docx"}, name="minutes_document"),
    path("<str:number>/minutes.pdf", paper_views.record, {"kind": "pdf"}, name="minutes"),
    path("<str:number>/disc.zip", paper_views.disc_files, name="disc"),
    path("<str:number>/present/", paper_views.attendances, name="attendances"),
    path("<str:number>/present/<int:seq>/strike/", paper_views.strike, name="strike"),
    path("<str:number>/statement.json", views.statement, name="statement"),
]
