"""Addresses of visits."""

from django.urls import path, re_path

from mingcha.visits import views

app_name = "visits"
urlpatterns = [
    path("", views.visits, name="visits"),
    re_path(r"^export\.(?P<kind>xlsx|csv)$", views.export, name="export"),
    path("arrange/<str:ceremony>/", views.arrange, name="arrange"),
    path("mine/", views.mine, name="mine"),
    path("mine/<str:number>/", views.my_visit, name="my_visit"),
    path("mine/<str:number>/start/", views.start, name="start"),
    path("mine/<str:number>/end/", views.end, name="end"),
    path("<str:number>/", views.visit, name="visit"),
    path("<str:number>/seats/<int:seat>/", views.change_seat, name="change_seat"),
]
