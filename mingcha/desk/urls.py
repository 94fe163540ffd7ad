"""Addresses of the desk."""

from django.urls import path

from mingcha.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.start, name="start"),
    path("desk/trail/", views.trail, name="trail"),
    path("desk/trail/<int:seq>/", views.trail_entry, name="trail_entry"),
]
