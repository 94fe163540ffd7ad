"""Levels, roles and kinds of regions, with their labels."""

from enum import StrEnum

from mingcha.kernel.refusal import gettext_noop


class Level(StrEnum):
    """Administrative level (层级)."""

    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    STATION = "STATION"


LEVEL_LABELS = {
    Level.PROVINCE: gettext_noop("省级"),
    Level.CITY: gettext_noop("市级"),
    Level.COUNTY: gettext_noop("县(区)级"),
    Level.STATION: gettext_noop("基层所"),
}


class Role(StrEnum):
    """What a person does for an organization (角色)."""

    OFFICE = "OFFICE"
    DEPARTMENT = "DEPARTMENT"
    COUNTY = "COUNTY"
    INSPECTOR = "INSPECTOR"
    AUDITOR = "AUDITOR"
    SYSTEM = "SYSTEM"


ROLE_LABELS = {
    Role.OFFICE: gettext_noop("联席办"),
    Role.DEPARTMENT: gettext_noop("部门管理员"),
    Role.COUNTY: gettext_noop("县区管理员"),
    Role.INSPECTOR: gettext_noop("检查人员"),
    Role.AUDITOR: gettext_noop("监督见证人"),
    Role.SYSTEM: gettext_noop("系统管理员"),
}


class RegionKind(StrEnum):
    """An administrative division has a GB/T 2260 code; a functional zone (功能区) has a code of the city's own."""

    DIVISION = "DIVISION"
    ZONE = "ZONE"
