"""Addresses of plans."""

from django.urls import path, re_path

from mingcha.plans import views

app_name = "plans"
urlpatterns = [
    path("", views.plans, name="plans"),
    re_path(r"^export\.(?P<kind>xlsx|csv)$", views.export_plans, name="export_plans"),
    path("items/", views.item_uses, name="item_uses"),
    path("new/", views.new, name="new"),
    path("tasks/<str:number>/", views.task, name="task"),
    path("tasks/<str:number>/edit/", views.edit_task, name="edit_task"),
    path("tasks/<str:number>/remove/", views.remove_task, name="remove_task"),
    path("<str:number>/", views.plan, name="plan"),
    path("<str:number>/annex.xlsx", views.annex, name="annex"),
    path("<str:number>/rename/", views.rename, name="rename"),
    path("<str:number>/copy/", views.copy, name="copy"),
    path("<str:number>/drop/", views.drop, name="drop"),
    path("<str:number>/tasks/new/", views.new_task, name="new_task"),
    path("<str:number>/import/", views.import_tasks, name="import_tasks"),
    path("<str:number>/live/", views.live, name="live"),
    re_path(r"^(?P<number>[^/]+)/(?P<step>submit|approve|issue|return)/$", views.move, name="move"),
]
