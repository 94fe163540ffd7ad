"""Questions about people."""

import hashlib
from datetime import datetime

from django.db.models import QuerySet

from mingcha.people.actors import Actor
from mingcha.people.models import AccessToken, Membership, User


def memberships_of(user: User) -> QuerySet[Membership]:
    """The memberships a user may act through, in a steady order."""
    return (
        Membership.objects.filter(user=user, is_active=True, organization__is_active=True)
        .select_related("user", "organization__line", "organization__region")
        .order_by("pk")
    )


def actor_for(*, user: User, chosen: int | None) -> Actor | None:
    """The actor of a session: the chosen membership if it still holds, else the user's first."""
    memberships = list(memberships_of(user))
    for membership in memberships:
        if membership.pk == chosen:
            return Actor.of(membership)
    return Actor.of(memberships[0]) if memberships else None


def actor_of_token(*, token: str, at: datetime) -> Actor | None:
    """The actor a program's token stands for, or nobody."""
    found = (
        AccessToken.objects.filter(
            digest=hashlib.sha256(token.encode()).hexdigest(),
            revoked_at=None,
            expires_at__gt=at,
            membership__is_active=True,
            membership__user__is_active=True,
            membership__organization__is_active=True,
        )
        .select_related("membership__user", "membership__organization__line", "membership__organization__region")
        .first()
    )
    return Actor.of(found.membership) if found else None
