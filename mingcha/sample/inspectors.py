"""The inspectors of the sample: every bureau of the common lines can send three, some have a flaw worth finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from mingcha.sample import names
from mingcha.sample.organizations import organizations
from mingcha.sample.rows import Absence, Inspector, Organization, Qualification, Recusal, Subject
from mingcha.sample.tables import read, words

#: So many of each organization are sound in every way: their certificate is good for a year and they are there.
SOUND = {"CITY": 2, "COUNTY": 3}
_POSTS = ("一级主任科员", "二级主任科员", "三级主任科员", "四级主任科员", "一级科员", "执法员", "股长", "科长")
_ABSENCES = ("脱产培训", "病假", "产假", "借调", "驻村")
_KINSHIP = ("近亲属在该单位任职", "曾在该单位任职", "持有该单位股份", "与该单位负责人有利害关系")
#: Which of the market line's qualifications the inspectors of a bureau hold beside registration, in turn: with six
#: inspectors each qualification is held by three.
_MARKET_TURNS = (
    ("food", "metrology"),
    ("food", "special-equipment"),
    ("food", "product-quality", "special-equipment"),
    ("drug", "special-equipment", "product-quality"),
    ("drug", "metrology"),
    ("drug", "metrology", "product-quality"),
)


def qualifications() -> tuple[Qualification, ...]:
    """All qualifications."""
    return tuple(Qualification(row["code"], row["name"]) for row in read("qualifications"))


def generate(rng: Random, count: int, as_of: date) -> tuple[Inspector, ...]:
    """As many inspectors as asked for, but no fewer than the table of lines wants."""
    seats = _seats(rng, count)
    return tuple(_inspector(rng, serial, *seat, as_of) for serial, seat in enumerate(seats, start=1))


def recusals(
    rng: Random, inspectors: Sequence[Inspector], subjects: Sequence[Subject], count: int
) -> tuple[Recusal, ...]:
    """Ties between inspectors and subjects of their own region."""
    found: dict[tuple[str, str], Recusal] = {}
    local = [inspector for inspector in inspectors if not inspector.organization.startswith("441600")]
    by_region: dict[str, list[Subject]] = {}
    for subject in subjects:
        by_region.setdefault(subject.region, []).append(subject)
    for _ in range(count):
        inspector = rng.choice(local)
        if neighbours := by_region.get(inspector.organization.split("-")[0]):
            unit_id = rng.choice(neighbours).unit_id
            found[inspector.number, unit_id] = Recusal(inspector.number, unit_id, rng.choice(_KINSHIP))
    return tuple(found.values())


def _seats(rng: Random, count: int) -> list[tuple[Organization, int]]:
    """Each place: its organization and which one of that organization's it is."""
    wanted = {row["code"]: row for row in read("lines")}
    seats: list[tuple[Organization, int]] = []
    for organization in organizations():
        if not organization.is_office:
            number = wanted[organization.line][f"{organization.level.lower()}_inspectors"]
            seats += [(organization, place) for place in range(int(number))]
    staffed = [organization for organization, place in seats if place == 0]
    sizes = {organization.code: sum(seat[0] is organization for seat in seats) for organization in staffed}
    while len(seats) < count:
        organization = rng.choice(staffed)
        seats.append((organization, sizes[organization.code]))
        sizes[organization.code] += 1
    return seats


def _inspector(rng: Random, serial: int, organization: Organization, place: int, as_of: date) -> Inspector:
    held = _held(organization.line, place)
    special = [speciality for code in held for speciality in _specialities()[code]]
    sound = place < (len(_MARKET_TURNS) if organization.line == "market" else SOUND[organization.level])
    return Inspector(
        number=f"4416{serial:05d}",
        name=names.person(rng),
        organization=organization.code,
        certificate_number=f"示例19P{serial:06d}",
        certificate_issuer="广东省人民政府(示例)",
        certificate_valid_to=as_of + timedelta(rng.randrange(400, 1_800) if sound else _days_left(rng)),
        qualifications=held,
        specialities="、".join(sorted({rng.choice(special), rng.choice(special)})),
        post=rng.choice(_POSTS),
        is_expert=rng.random() < 0.08,
        phone=names.phone(rng),
        state="ACTIVE" if sound else rng.choices(("ACTIVE", "SUSPENDED", "LEFT"), (90, 5, 5))[0],
        absences=() if sound else _absences(rng, as_of),
    )


def _held(line: str, place: int) -> tuple[str, ...]:
    if line == "market":
        return ("registration", *_MARKET_TURNS[place % len(_MARKET_TURNS)])
    return next(words(row["qualifications"]) for row in read("lines") if row["code"] == line)


def _specialities() -> dict[str, tuple[str, ...]]:
    return {row["code"]: words(row["specialities"]) for row in read("qualifications")}


def _days_left(rng: Random) -> int:
    """How long a certificate still runs: one in eight has expired, one in eight expires within thirty days."""
    chance = rng.random()
    if chance < 0.125:
        return -rng.randrange(1, 200)
    return rng.randrange(0, 30) if chance < 0.25 else rng.randrange(60, 1_800)


def _absences(rng: Random, as_of: date) -> tuple[Absence, ...]:
    if rng.random() > 0.2:
        return ()
    from_on = as_of + timedelta(rng.randrange(-30, 90))
    return (Absence(from_on, from_on + timedelta(rng.randrange(5, 120)), rng.choice(_ABSENCES)),)
