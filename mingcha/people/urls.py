"""Addresses of people."""

from django.urls import path

from mingcha.people import views

app_name = "people"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password, name="password"),
    path("act-as/<int:membership>/", views.act_as, name="act_as"),
    path("people/organizations/", views.organizations, name="organizations"),
    path("people/users/", views.users, name="users"),
    path("people/memberships/<int:membership>/end/", views.end_membership, name="end_membership"),
    path("people/users/<str:username>/password/", views.reset_password, name="reset_password"),
]
