"""Addresses of a ceremony's papers, below its number."""

from django.urls import path

from mingcha.draws import paper_views

urlpatterns = [
    path("certificate.docx", paper_views.certificate_document, name="certificate_document"),
    path("minutes.docx", paper_views.record, {"kind": "docx"}, name="minutes_document"),
    path("minutes.pdf", paper_views.record, {"kind": "pdf"}, name="minutes"),
    path("disc.zip", paper_views.disc_files, name="disc"),
    path("present/", paper_views.attendances, name="attendances"),
    path("present/<int:seq>/strike/", paper_views.strike, name="strike"),
]
