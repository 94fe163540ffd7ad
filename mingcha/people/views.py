"""Login, password, switching the role one acts in, and the administrator's pages."""

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth import logout as end_session
from django.contrib.auth import views as auth_views
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mingcha.kernel.refusal import Refusal
from mingcha.people import actions, queries
from mingcha.people.doors import page, public, tell
from mingcha.people.forms import LoginForm, OrganizationForm, PasswordForm, UserForm
from mingcha.people.middleware import MEMBERSHIP
from mingcha.people.models import Membership, Organization, User

login = public(
    auth_views.LoginView.as_view(
        template_name="people/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
    )
)


@public
@require_POST
def logout(request):
    end_session(request)
    return redirect("people:login")


@page("people.start")
def password(request):
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _changed_password(request, form):
        request.user.refresh_from_db()
        update_session_auth_hash(request, request.user)
        messages.success(request, _("口令已更改"))
        return redirect("desk:start")
    return render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)


def _changed_password(request, form):
    given = form.cleaned_data
    # Through the login's own door: guesses are counted here as well, and lock the account.
    if authenticate(request, username=request.user.username, password=given["old"]) is None:
        form.add_error("old", _("原口令不正确"))
        return False
    try:
        actions.change_password(old=given["old"], new=given["new"], by=request.actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
        return False
    except ValidationError as broken:
        form.add_error("new", broken)
        return False
    return True


@page("people.start")
@require_POST
def act_as(request, membership):
    """Switch to another of one's own memberships."""
    chosen = get_object_or_404(queries.memberships_of(request.user), pk=membership)
    request.session[MEMBERSHIP] = chosen.pk
    return redirect("desk:start")


@page("people.manage")
def organizations(request):
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_organization(**form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
        else:
            messages.success(request, _("已添加单位“%(name)s”") % {"name": form.cleaned_data["name"]})
            return redirect("people:organizations")
    rows = Organization.objects.select_related("line", "region", "parent").order_by("level", "region_id", "code")
    context = {"form": form, "organizations": rows}
    return render(request, "people/organizations.html", context, status=422 if form.errors else 200)


@page("people.manage")
def users(request):
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                user = actions.add_user(
                    username=given["username"],
                    name=given["name"],
                    password=given["password"],
                    by=request.actor,
                    at=timezone.now(),
                )
                actions.add_membership(
                    user=user,
                    organization=given["organization"],
                    role=given["role"],
                    by=request.actor,
                    at=timezone.now(),
                )
        except Refusal as refusal:
            tell(request, refusal)
        except ValidationError as broken:
            form.add_error("password", broken)
        else:
            messages.success(request, _("已添加账号 %(username)s") % {"username": user.username})
            return redirect("people:users")
    rows = Membership.objects.select_related("user", "organization").order_by("user__username", "pk")
    return render(
        request, "people/users.html", {"form": form, "memberships_all": rows}, status=422 if form.errors else 200
    )


@page("people.manage")
@require_POST
def end_membership(request, membership):
    try:
        actions.end_membership(
            membership=get_object_or_404(Membership, pk=membership), by=request.actor, at=timezone.now()
        )
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("people:users")


@page("people.manage")
@require_POST
def reset_password(request, username):
    user = get_object_or_404(User, username=username)
    try:
        actions.reset_password(
            user=user, password=request.POST.get("password", ""), by=request.actor, at=timezone.now()
        )
    except ValidationError as broken:
        messages.error(request, " ".join(broken.messages))
    else:
        messages.success(request, _("已为 %(username)s 设置初始口令") % {"username": username})
    return redirect("people:users")
