"""Who acts: one person, for one organization, in one role. Every action is told its actor as `by`."""

from dataclasses import dataclass

from mingcha.people.models import Membership, Organization, User
from mingcha.people.states import Level, Role


@dataclass(frozen=True)
class Actor:
    """A person acting for an organization in a role (操作人)."""

    user: User
    organization: Organization
    role: Role
    membership_id: int

    @classmethod
    def of(cls, membership: Membership) -> "Actor":
        return cls(
            user=membership.user,
            organization=membership.organization,
            role=Role(membership.role),
            membership_id=membership.pk,
        )

    # What the ledger writes down of an actor (ledger.Signatory).
    @property
    def username(self) -> str:
        return self.user.username

    @property
    def organization_code(self) -> str:
        return self.organization.code

    @property
    def role_code(self) -> str:
        return self.role.value

    @property
    def level(self) -> Level:
        return Level(self.organization.level)
