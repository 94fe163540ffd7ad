"""Addresses of draws."""

from django.urls import path  # noqa: F401

app_name = "draws"
urlpatterns: list = []
