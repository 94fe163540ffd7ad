"""Addresses of assignments: none of its own; teams are shown and changed on the page of their visit."""

from django.urls import URLPattern

app_name = "assignments"
urlpatterns: list[URLPattern] = []
