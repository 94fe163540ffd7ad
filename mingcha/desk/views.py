"""The start page (工作台)."""

from django.shortcuts import render

from mingcha.people.doors import page


@page("people.start")
def start(request):
    return render(request, "desk/start.html", {})
