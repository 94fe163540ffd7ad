"""Addresses of the desk."""

from django.urls import path

from mingcha.desk import views

app_name = "desk"
urlpatterns = [path("desk/", views.start, name="start")]
