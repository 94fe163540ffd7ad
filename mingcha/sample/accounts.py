"""The ready accounts of the sample city (示例账号): one of each role, all with one password, for trying things out."""

from dataclasses import dataclass

from mingcha.people.states import ROLE_LABELS, Role

PASSWORD = "Mingcha-Demo-2026"  # noqa: S105 - printed at the start of every sample site
SOURCE = "示例"


@dataclass(frozen=True, slots=True)
class ReadyAccount:
    """Who can sign in to a fresh sample city."""

    username: str
    name: str
    organization: str
    role: Role

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]

    @property
    def password(self) -> str:
        return PASSWORD


READY = (
    ReadyAccount("sysadmin", "系统管理员", "system", Role.SYSTEM),
    ReadyAccount("office", "联席办示例", "441600-office", Role.OFFICE),
    ReadyAccount("office2", "联席办复核示例", "441600-office", Role.OFFICE),
    ReadyAccount("market", "市监局示例", "441600-market", Role.DEPARTMENT),
    ReadyAccount("health", "卫健局示例", "441600-health", Role.DEPARTMENT),
    ReadyAccount("yc-market", "源城市监示例", "441602-market", Role.COUNTY),
    ReadyAccount("dy-market", "东源市监示例", "441625-market", Role.COUNTY),
    ReadyAccount("discipline", "纪检示例", "441600-discipline", Role.AUDITOR),
    ReadyAccount("justice", "司法示例", "441600-justice", Role.AUDITOR),
)
INSPECTOR = "inspector"
"""The account of the first inspector of 源城区市场监督管理局."""


def ready_accounts() -> list[ReadyAccount]:
    """The ready accounts, if this site holds a sample city; a real one has none."""
    from mingcha.people.models import Membership
    from mingcha.registers.models import Subject

    if not Subject.objects.filter(source__startswith=SOURCE).exists():
        return []
    inspector = Membership.objects.filter(user__username=INSPECTOR).select_related("user", "organization").first()
    found = list(READY)
    if inspector is not None:
        found.append(ReadyAccount(INSPECTOR, inspector.user.name, inspector.organization.code, Role.INSPECTOR))
    return found
