"""The papers of a ceremony: minutes and certificate as Word and PDF, and the files for the optical disc."""

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from django.urls import reverse

import fairdraw
from mingcha.draws import actions, certificate, documents, minutes, queries
from mingcha.draws.models import Attendance, Countersignature
from mingcha.draws.rules import CannotRecord
from mingcha.draws.states import Duty
from mingcha.ledger.models import LedgerEntry
from mingcha.people.permissions import NotPermitted
from mingcha.visits.models import Visit
from tests import draws_world
from tests.rooms.draws import test_sources as sources


def words(content: bytes) -> str:
    """All that a Word document says."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([each.text for each in document.paragraphs] + cells)


def attend(world, ceremony, name="罗主持", duty=Duty.HOST, username="market"):
    return actions.record_attendance(
        ceremony=ceremony, name=name, organ="河源市公证处", duty=duty, by=world[username], at=world.now
    )


@pytest.fixture
def released(world, issued):
    """An open ceremony with a host, released."""
    ceremony = draws_world.draw(world, [issued.joint])
    attend(world, ceremony)
    actions.release(ceremony=ceremony, by=world["market"], at=world.now)
    ceremony.refresh_from_db()
    return ceremony


def test_presence_is_noted_once_and_the_ledger_tells_no_name(world, prepared):
    first, again = attend(world, prepared), attend(world, prepared)

    entries = LedgerEntry.objects.filter(subject=prepared.number, act="ceremony.attend")
    assert first == again
    assert [json.loads(each.body)["facts"]["duty"] for each in entries] == ["HOST"]
    assert "罗主持" not in entries[0].body


def test_a_mistaken_entry_is_struck_out_and_stays_in_the_table(world, prepared):
    entry = attend(world, prepared)

    for _ in range(2):
        actions.strike_attendance(ceremony=prepared, entry=entry.pk, by=world["market"], at=world.now)

    assert queries.present_at(prepared) == []
    assert Attendance.objects.count() == 1
    assert LedgerEntry.objects.filter(subject=prepared.number, act="ceremony.unattend").count() == 1


def test_after_the_release_nobody_is_added_or_struck(world, released):
    entry = released.attendances.get()

    with pytest.raises(CannotRecord):
        attend(world, released, name="后来人")
    with pytest.raises(CannotRecord):
        actions.strike_attendance(ceremony=released, entry=entry.pk, by=world["market"], at=world.now)


def test_only_who_holds_the_ceremony_notes_presence(world, prepared):
    with pytest.raises(NotPermitted):
        attend(world, prepared, username="justice")
    with pytest.raises(type(prepared).DoesNotExist):
        attend(world, prepared, username="education")


def test_the_minutes_name_everybody_and_every_step(world, released):
    text = words(documents.write(minutes.write(released)))

    for said in [
        "石场",
        "纪正",
        "司明",
        "罗主持",
        "河源市公证处",
        "河源市司法局-1",
        "固化并公开承诺",
        "打开随机输入(司明)",
    ]:
        assert said in text
    assert "2026-03-02 09:10:00" in text, "the time of the draw, as the ledger has it"
    assert "主持人(河源市公证处):____" in text


def test_the_minutes_tell_of_the_abandoned_ceremony_before(world, issued, committed):
    actions.abandon(ceremony=committed, reason="见证人未能到场", by=world["market"], at=world.now)
    committed.refresh_from_db()
    again = draws_world.prepare(world, [issued.department], previous=committed)

    text = words(documents.write(minutes.write(again)))

    assert f"本场次重抽自:{committed.number}" in text
    assert "理由:见证人未能到场" in text


def test_the_certificate_in_word_says_what_the_pdf_says(world, released):
    text = words(documents.write(certificate.paper(released)))

    assert released.result_digest in text
    assert "河源市司法局" in text
    assert f"/verify/?ceremony={released.number}" in text


def test_the_certificate_names_public_sources_and_what_became_of_them(world, prepared):
    drand = sources.declare(world, prepared, sources.drand(wait=30))
    sources.declare(world, prepared, sources.dice(count=20), instead_of=drand)
    sources.freeze(world, prepared)
    sources.enter(world, prepared, drand, sources.ROUND)
    drawn = sources.open_and_hold(world, prepared, sources.LATER)
    draws_world.countersign(world, drawn)
    actions.release(ceremony=drawn, by=world["market"], at=sources.LATER)
    drawn.refresh_from_db()

    text = words(documents.write(certificate.paper(drawn)))

    for said in ("公共信标 drand quicknet 1000", f"值 {sources.ROUND['randomness']}", "骰子 20d6", "后备,未使用"):
        assert said in text
    assert "系统随机数" not in text


def test_a_control_character_in_a_reason_does_not_break_the_paper(world, prepared):
    actions.abandon(ceremony=prepared, reason="见证人未到场\x0b改期再抽", by=world["market"], at=world.now)
    prepared.refresh_from_db()

    assert "见证人未到场 改期再抽" in words(documents.write(minutes.write(prepared)))


def test_every_act_of_a_ceremony_has_its_name_in_the_minutes():
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(actions.__file__).parent.glob("*.py")))
    acts = {f"ceremony.{act}" for act in re.findall(r'note\(\s*(?:\w|\.)+,\s*"([a-z_]+)"', source)}

    assert len(acts) > 10
    assert acts <= set(minutes.STEPS) | minutes.LEFT_OUT


def test_a_document_has_the_office_layout_and_a_page_number(released):
    section = docx.Document(io.BytesIO(documents.write(minutes.write(released)))).sections[0]

    measures = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    assert [round(each.mm) for each in [*measures, section.left_margin, section.right_margin]] == [
        *[210, 297, 37, 35],
        *[28, 26],
    ]
    assert "PAGE" in section.footer._element.xml


def test_a_rehearsal_has_its_mark_on_every_page_its_own_number_and_no_visits(world, issued, client_of):
    ceremony = draws_world.draw(world, [issued.department], is_rehearsal=True)
    draws_world.countersign(world, ceremony)
    actions.release(ceremony=ceremony, by=world["market"], at=world.now)
    ceremony.refresh_from_db()

    for paper in (minutes.write(ceremony), certificate.paper(ceremony)):
        header = docx.Document(io.BytesIO(documents.write(paper))).sections[0].header
        assert 'string="演练"' in header._element.xml
    assert ceremony.number.startswith("RD")
    assert not Visit.objects.exists()
    real = docx.Document(io.BytesIO(documents.write(minutes.write(draws_world.prepare(world, [issued.department])))))
    assert "演练" not in real.sections[0].header._element.xml


def test_the_disc_holds_all_and_proves_itself(world, released, client_of, tmp_path):
    answer = client_of("market").get(reverse("draws:disc", args=[released.number]))
    disc = zipfile.ZipFile(io.BytesIO(answer.content))
    disc.extractall(tmp_path)

    listed = dict(reversed(line.split("  ")) for line in disc.read("SHA256SUMS").decode().splitlines())
    assert set(listed) == set(disc.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(disc.read(name)).hexdigest() == digest for name, digest in listed.items())
    assert {"certificate.pdf", "certificate.docx", "minutes.pdf", "minutes.docx", "核验说明.txt"} < set(listed)
    for program in (["-m", "fairdraw", "verify"], ["spec/verify.py"]):
        run = subprocess.run([sys.executable, *program, f"{released.number}.zip"], cwd=tmp_path, capture_output=True)  # noqa: S603
        assert run.returncode == 0, run.stderr


def test_an_auditors_disc_holds_the_whole_draw_and_the_departments_only_the_public_part(world, drawn, client_of):
    address = reverse("draws:disc", args=[drawn.number])
    early = client_of("market").get(address)
    whole = zipfile.ZipFile(io.BytesIO(client_of("justice").get(address).content))
    draws_world.countersign(world, drawn)
    actions.release(ceremony=drawn, by=world["market"], at=world.now)
    part = zipfile.ZipFile(io.BytesIO(client_of("market").get(address).content))

    assert early.status_code == 302
    assert "selection.csv" in fairdraw.read_bundle(whole.read(f"{drawn.number}.zip"))
    assert "selection.csv" not in fairdraw.read_bundle(part.read(f"{drawn.number}.zip"))
    assert Countersignature.objects.count() == 2


@pytest.mark.parametrize(("username", "status"), [("market", 200), ("justice", 200), ("education", 404)])
def test_the_minutes_are_for_those_who_were_there(world, drawn, client_of, username, status):
    for name in ("draws:minutes", "draws:minutes_document"):
        assert client_of(username).get(reverse(name, args=[drawn.number])).status_code == status


def test_the_papers_stand_on_the_page_of_the_ceremony(world, released, client_of):
    page = client_of("market").get(reverse("draws:ceremony", args=[released.number])).content.decode()

    for name in ("attendances", "minutes", "minutes_document", "certificate_document", "disc"):
        assert reverse(f"draws:{name}", args=[released.number]) in page


def test_presence_by_its_page(world, prepared, client_of):
    client, address = client_of("market"), reverse("draws:attendances", args=[prepared.number])

    empty = client.post(address, {"name": "", "organ": "", "duty": "HOST"})
    done = client.post(address, {"name": "罗主持", "organ": "市公证处", "duty": "NOTARY"}, follow=True)
    entry = prepared.attendances.get()
    struck = client.post(reverse("draws:strike", args=[prepared.number, entry.pk]), follow=True)

    assert empty.status_code == 422
    assert "公证员" in done.content.decode()
    assert "罗主持" not in struck.content.decode()
    assert client_of("education").get(address).status_code == 404
