"""Regions, department lines, organizations, users and what they are for each other."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from mingcha.people.constraints import known
from mingcha.people.states import Level, RegionKind, Role


class Region(models.Model):
    """A division or functional zone (行政区划/功能区); `code` is GB/T 2260 or the city's own."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, default=RegionKind.DIVISION)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [known("kind", RegionKind, "region_kind_known")]

    def __str__(self) -> str:
        return self.name


class DepartmentLine(models.Model):
    """A line of departments from province to county (部门条线): market regulation, education, …"""

    code = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """One department at one level in one region (单位): department line × level × region."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100, unique=True)
    line = models.ForeignKey(DepartmentLine, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_office = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [known("level", Level, "organization_level_known")]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in (用户). Rights come from memberships only; Django's own groups are not used."""

    name = models.CharField(max_length=60)
    must_change_password = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role for an organization (任职); a person acts through one of them at a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organization", "role"], name="membership_once"),
            known("role", Role, "membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization} · {self.role}"


class AccessToken(models.Model):
    """A key for programs (接口令牌); only its digest is kept."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
