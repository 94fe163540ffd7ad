"""Addresses of results."""

from django.urls import path, re_path

from mingcha.results import views

app_name = "results"
urlpatterns = [
    path("", views.records, name="records"),
    re_path(r"^export\.(?P<kind>xlsx|csv)$", views.export, name="export"),
    path("<int:record>/", views.record, name="record"),
    path("<int:record>/entry/", views.entry, name="entry"),
    path("<int:record>/approve/", views.approve, name="approve"),
    path("<int:record>/return/", views.return_record, name="return"),
    path("follow-ups/", views.follow_ups, name="follow_ups"),
    re_path(r"^follow-ups/export\.(?P<kind>xlsx|csv)$", views.export_follow_ups, name="export_follow_ups"),
    path("follow-ups/<int:follow_up>/close/", views.close_follow_up, name="close_follow_up"),
    path("calendar/", views.calendar, name="calendar"),
]
