"""Everything that changes people: organizations, accounts, memberships, passwords, tokens."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from mingcha.kernel.refusal import Refusal, gettext_noop
from mingcha.ledger import actions as ledger
from mingcha.people.actors import Actor
from mingcha.people.models import AccessToken, DepartmentLine, Membership, Organization, Region, User
from mingcha.people.permissions import require
from mingcha.people.states import Level, RegionKind, Role

TOKEN_DAYS = 180


class CannotChangePassword(Refusal):
    """The old password is wrong, or the new one equals it."""


class CannotAddUser(Refusal):
    """The account name is taken."""


class CannotEndMembership(Refusal):
    """The last system administrator must stay."""


@transaction.atomic
def found_city(
    *,
    regions: Iterable[tuple[str, str, RegionKind, str | None]],
    lines: Iterable[tuple[str, str]],
    username: str,
    name: str,
    password: str,
    at: datetime,
) -> Actor:
    """Set up an empty city: its regions, its department lines and the first system administrator (初始化).

    `regions` are (code, name, kind, parent code), parents first; `lines` are (code, name).

    Raises:
        CannotAddUser: the city has been founded already.
    """
    if Organization.objects.exists():
        raise CannotAddUser(gettext_noop("系统已经初始化,不能重复进行"))
    Region.objects.bulk_create(
        Region(code=code, name=title, kind=kind, parent_id=parent) for code, title, kind, parent in regions
    )
    DepartmentLine.objects.bulk_create(DepartmentLine(code=code, name=title) for code, title in lines)
    root_region = Region.objects.filter(parent=None).order_by("code").first()
    root_line = DepartmentLine.objects.order_by("code").first()
    if root_region is None or root_line is None:
        raise CannotAddUser(gettext_noop("初始化需要至少一个行政区划和一个部门条线"))
    home = Organization.objects.create(
        code="system", name="系统管理", line=root_line, level=Level.CITY, region=root_region
    )
    user = User(username=username, name=name)
    user.set_password(password)
    user.save()
    membership = Membership.objects.create(user=user, organization=home, role=Role.SYSTEM)
    actor = Actor.of(membership)
    ledger.append(act="people.found_city", subject="city", facts={"regions": Region.objects.count()}, by=actor, at=at)
    return actor


@transaction.atomic
def add_organization(
    *,
    code: str,
    name: str,
    line: DepartmentLine,
    level: Level,
    region: Region,
    parent: Organization | None = None,
    is_office: bool = False,
    by: Actor,
    at: datetime,
) -> Organization:
    """Add an organization (单位)."""
    require(by, "people.manage")
    organization = Organization.objects.create(
        code=code, name=name, line=line, level=level, region=region, parent=parent, is_office=is_office
    )
    facts = {"name": name, "line": line.code, "level": level.value, "region": region.code}
    ledger.append(act="people.add_organization", subject=f"organization:{code}", facts=facts, by=by, at=at)
    return organization


@transaction.atomic
def add_user(
    *, username: str, name: str, password: str | None, must_change_password: bool = True, by: Actor, at: datetime
) -> User:
    """Add an account (账号) with a first password, which its owner must change at the first login.

    Without a password nobody can sign in until the administrator gives one (`reset_password`).

    Raises:
        CannotAddUser: the name is taken.
        django.core.exceptions.ValidationError: the password breaks the rules.
    """
    require(by, "people.manage")
    if User.objects.filter(username=username).exists():
        raise CannotAddUser(gettext_noop("账号 %(username)s 已存在"), username=username)
    user = User(username=username, name=name, must_change_password=must_change_password)
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.save()
    ledger.append(act="people.add_user", subject=f"user:{username}", facts={}, by=by, at=at)
    return user


@transaction.atomic
def add_membership(*, user: User, organization: Organization, role: Role, by: Actor, at: datetime) -> Membership:
    """Let a user act for an organization in a role (任职); an ended membership begins again, one in force stays."""
    require(by, "people.manage")
    named: dict[str, Any] = {"user": user, "organization": organization, "role": role}
    if standing := Membership.objects.filter(**named, is_active=True).first():
        return standing
    membership, _ = Membership.objects.update_or_create(**named, defaults={"is_active": True})
    facts = {"organization": organization.code, "role": role.value}
    ledger.append(act="people.add_membership", subject=f"user:{user.username}", facts=facts, by=by, at=at)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: Actor, at: datetime) -> None:
    """End a membership (免职): from the next request on, its rights are gone; ending it twice changes nothing.

    Raises:
        CannotEndMembership: it is the last system administrator's.
    """
    require(by, "people.manage")
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if not membership.is_active:
        return
    others = Membership.objects.filter(role=Role.SYSTEM, is_active=True).exclude(pk=membership.pk)
    if membership.role == Role.SYSTEM and not others.exists():
        raise CannotEndMembership(gettext_noop("至少要保留一名系统管理员"))
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    facts = {"organization": membership.organization.code, "role": membership.role}
    ledger.append(act="people.end_membership", subject=f"user:{membership.user.username}", facts=facts, by=by, at=at)


@transaction.atomic
def change_password(*, old: str, new: str, by: Actor, at: datetime) -> None:
    """Change one's own password.

    Raises:
        CannotChangePassword: the old one is wrong, or the new one equals it.
        django.core.exceptions.ValidationError: the new one breaks the rules.
    """
    user = User.objects.select_for_update().get(pk=by.user.pk)
    if not user.check_password(old):
        raise CannotChangePassword(gettext_noop("原口令不正确"))
    if old == new:
        raise CannotChangePassword(gettext_noop("新口令不能与原口令相同"))
    validate_password(new, user)
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    ledger.append(act="people.change_password", subject=f"user:{user.username}", facts={}, by=by, at=at)


@transaction.atomic
def reset_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """Give a user a new first password, which they must change at the next login; their programs' keys end with it.

    Raises:
        django.core.exceptions.ValidationError: the password breaks the rules.
    """
    require(by, "people.manage")
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    ledger.append(act="people.reset_password", subject=f"user:{user.username}", facts={}, by=by, at=at)
    for token in AccessToken.objects.filter(membership__user=user, revoked_at=None).order_by("pk"):
        revoke_token(token=token, by=by, at=at)


@transaction.atomic
def make_token(*, membership: Membership, name: str, by: Actor, at: datetime) -> str:
    """Make a key for a program that acts through a membership (接口令牌); the key is shown once and not kept."""
    require(by, "people.manage")
    token = "mingcha_" + secrets.token_urlsafe(32)
    AccessToken.objects.create(
        membership=membership,
        name=name,
        digest=hashlib.sha256(token.encode()).hexdigest(),
        created_at=at,
        expires_at=at + timedelta(days=TOKEN_DAYS),
    )
    ledger.append(
        act="people.make_token", subject=f"user:{membership.user.username}", facts={"name": name}, by=by, at=at
    )
    return token


@transaction.atomic
def revoke_token(*, token: AccessToken, by: Actor, at: datetime) -> None:
    """Revoke a program's key at once; revoking twice changes nothing."""
    require(by, "people.manage")
    if token.revoked_at is not None:
        return
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    ledger.append(
        act="people.revoke_token",
        subject=f"user:{token.membership.user.username}",
        facts={"name": token.name},
        by=by,
        at=at,
    )
