"""Pages of the registers: lists, filters, exports, edits, imports; and whose rows each shows."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from mingcha.registers import actions
from mingcha.registers.columns import find_heading
from mingcha.registers.models import ImportBatch, Inspector, ItemList, SavedFilter, Subject
from mingcha.registers.reading import read_tables
from mingcha.registers.rows import SubjectRow
from mingcha.registers.states import ImportKind
from tests.registers_world import unit_id

FIRST = unit_id("441602", 0)
FRESH = "91441602MA5Y00007C"


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def table(answer, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(answer).decode(encoding))))


PAGES = ["registers:subjects", "registers:inspectors", "registers:item_lists"]


@pytest.mark.parametrize("name", [*PAGES, "registers:imports"])
@pytest.mark.parametrize("username", ["office", "market", "yc-market"])
def test_officials_open_every_list(client_of, stock, name, username):
    assert client_of(username).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_an_auditor_reads_and_an_inspector_does_not(client_of, stock, name):
    assert client_of("discipline").get(reverse(name)).status_code == 200
    assert client_of("yc-inspector").get(reverse(name)).status_code == 403
    assert client_of("discipline").get(reverse("registers:imports")).status_code == 403


def test_an_empty_register_says_what_to_do(client_of, world):
    client = client_of("office")

    for name in PAGES:
        assert "empty-note" in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", 42),
        ("q=样例01号", 3),
        (f"q={FIRST[:12]}", 9),
        ("q=仙塘镇+样例02号", 1),
        ("region=441602&region=4416JD", 28),
        ("kind=INDIVIDUAL&state=ACTIVE", 12),
        ("industry=H", 15),
        ("licence=食品经营许可证&region=441625", 5),
        ("tag=重点监管", 9),
        ("rating=general:D", 6),
        ("region=nowhere", 42),
    ],
)
def test_filters_narrow_the_list_and_its_export_alike(client_of, stock, query, total):
    client = client_of("office")

    page = client.get(f"{reverse('registers:subjects')}?{query}").content.decode()
    exported = table(client.get(f"{reverse('registers:export_subjects', args=['csv'])}?{query}"))

    assert f"共 {total} 户" in page
    assert len(exported) == total + 1


def test_a_county_sees_and_exports_its_own_subjects_only(client_of, stock):
    client = client_of("yc-market")
    foreign = stock.subjects[unit_id("441625", 0)]

    assert "共 14 户" in client.get(reverse("registers:subjects")).content.decode()
    assert len(table(client.get(reverse("registers:export_subjects", args=["csv"])))) == 15
    for name in ("registers:subject", "registers:edit_subject"):
        assert client.get(reverse(name, args=[foreign.pk])).status_code == 404


def test_long_lists_come_in_pages_that_miss_nobody(client_of, world, stock):
    rows = [SubjectRow(f"P-{place:03d}", "OTHER", f"工程{place}", "441602") for place in range(60)]
    actions.enter_subjects(rows, source="x", by=world["office"], at=world.now)
    client, seen, after = client_of("office"), [], ""

    while True:
        page = client.get(reverse("registers:subjects"), {"after": after}).context["page"]
        seen += [subject.unit_id for subject in page.rows]
        after = page.after
        if not after:
            break

    assert len(seen) == len(set(seen)) == 102


def test_the_fragment_for_htmx_holds_the_same_rows(client_of, stock):
    client = client_of("office")

    fragment = client.get(reverse("registers:subjects"), headers={"HX-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<div id="subjects">')
    assert fragment.strip() in client.get(reverse("registers:subjects")).content.decode()


def test_formulas_leave_harmless_in_every_form(client_of, world, stock):
    row = SubjectRow(FRESH, "ENTERPRISE", "=cmd|' /C calc'!A0", "441602", address="^坏", business_scope="@SUM(1)")
    actions.enter_subjects([row], source="x", by=world["office"], at=world.now)
    client, query = client_of("office"), f"?q={FRESH}"

    comma = table(client.get(reverse("registers:export_subjects", args=["csv"]) + query))[1]
    chinese = table(client.get(reverse("registers:export_subjects", args=["gb18030"]) + query), "gb18030")[1]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(body(client.get(reverse("registers:export_subjects", args=["xlsx"]) + query)))
    )
    cells = book.get_sheet_by_index(0).to_python()[1]

    for line in (comma, chinese, cells):
        assert (line[1], line[5], line[11]) == ("'=cmd|' /C calc'!A0", "'^坏", "'@SUM(1)")


def test_contact_persons_are_on_the_page_of_a_subject_but_in_no_export(client_of, stock):
    client = client_of("yc-market")

    assert "13800000000" in client.get(reverse("registers:subject", args=[stock.subjects[FIRST].pk])).content.decode()
    assert "13800000000" not in body(client.get(reverse("registers:export_subjects", args=["csv"]))).decode()


def test_an_edit_is_shown_field_by_field_in_the_history(client_of, stock):
    client, subject = client_of("yc-market"), stock.subjects[FIRST]
    form = client.get(reverse("registers:edit_subject", args=[subject.pk])).context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {
        "state": "SUSPENDED",
        "registered_on": "2015-01-01",
    }

    answer = client.post(reverse("registers:edit_subject", args=[subject.pk]), given)

    page = client.get(answer["Location"]).content.decode()
    assert Subject.objects.get(pk=subject.pk).state == "SUSPENDED"
    assert '<span class="change-old">存续</span>' in page
    assert '<span class="change-new">停业</span>' in page


def test_a_form_filled_in_wrongly_comes_back_with_its_errors(client_of, stock):
    answer = client_of("office").post(
        reverse("registers:edit_subject", args=[stock.subjects[FIRST].pk]), {"name": "", "industry": "99"}
    )

    assert answer.status_code == 422
    assert "没有这个行业代码" in answer.content.decode()


def test_a_filter_is_saved_shown_and_dropped(client_of, stock):
    client = client_of("market")
    client.post(reverse("registers:save_filter"), {"name": "源城餐饮", "query": "industry=H&region=441602&q=样例"})

    page = client.get(reverse("registers:subjects")).content.decode()
    kept = SavedFilter.objects.get()

    assert kept.scope == {
        "states": [],
        "regions": ["441602"],
        "industries": ["H"],
        "name_contains": "样例",
    }
    assert "源城餐饮" in page
    client.post(reverse("registers:drop_filter", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


def test_certificates_are_watched_thirty_days_ahead(client_of, stock):
    page = client_of("market").get(reverse("registers:inspectors")).content.decode()

    assert "证件已过期 1 人,不参与抽取" in page


def test_an_inspector_page_takes_absences_and_recusals(client_of, stock):
    client, inspector = client_of("yc-market"), stock.inspectors["IN-001"]
    address = reverse("registers:inspector", args=[inspector.pk])

    client.post(
        reverse("registers:record_absence", args=[inspector.pk]),
        {"from_on": "2026-04-01", "to_on": "2026-04-02", "reason": "病假"},
    )
    client.post(
        reverse("registers:declare_recusal", args=[inspector.pk]), {"unit_id": FIRST.lower(), "reason": "近亲属任职"}
    )
    unknown = client.post(
        reverse("registers:declare_recusal", args=[inspector.pk]), {"unit_id": "X", "reason": "近亲属任职"}
    )
    turned = client.post(
        reverse("registers:record_absence", args=[inspector.pk]),
        {"from_on": "2026-04-02", "to_on": "2026-04-01", "reason": "病假"},
    )

    page = client.get(address).content.decode()
    assert "2026-04-01 – 2026-04-02 病假" in page
    assert "近亲属任职" in page
    assert (unknown.status_code, turned.status_code) == (422, 422)


def test_an_inspector_of_another_bureau_is_not_found(client_of, stock):
    client, pk = client_of("dy-market"), stock.inspectors["IN-001"].pk

    for name in ("inspector", "edit_inspector"):
        assert client.get(reverse(f"registers:{name}", args=[pk])).status_code == 404
    for name in ("record_absence", "declare_recusal"):
        assert client.post(reverse(f"registers:{name}", args=[pk])).status_code == 404


def test_an_inspector_is_edited_on_the_page(client_of, stock):
    client, inspector = client_of("yc-market"), stock.inspectors["IN-001"]
    address = reverse("registers:edit_inspector", args=[inspector.pk])
    assert client.get(address).status_code == 200

    client.post(
        address,
        {
            "name": "江勘",
            "organization": inspector.organization_id,
            "certificate_number": inspector.certificate_number,
            "certificate_valid_to": "2030-01-01",
            "qualifications": ["food"],
            "state": "ACTIVE",
            "user": inspector.user_id,
        },
    )

    found = Inspector.objects.get(pk=inspector.pk)
    assert found.certificate_valid_to.year == 2030
    assert [each.code for each in found.qualifications.all()] == ["food"]


def test_a_list_is_drafted_filled_and_published_on_the_pages(client_of, stock):
    client = client_of("market")
    answer = client.post(
        reverse("registers:draft_item_list"), {"title": "补充清单", "edition": "2026", "valid_from": "2026-01-01"}
    )
    drafted = ItemList.objects.get(title="补充清单")
    assert answer["Location"] == reverse("registers:item_list", args=[drafted.pk])
    item = {
        "code": "X-1",
        "category": "价格",
        "name": "明码标价",
        "legal_basis": "价格法",
        "line": "market",
        "subject_scope": "超市",
        "importance": "GENERAL",
        "organising_level": "CITY",
        "executing_level": "COUNTY",
    }
    client.post(reverse("registers:add_item", args=[drafted.pk]), item)
    made = drafted.items.get()
    client.post(reverse("registers:edit_item", args=[made.pk]), item | {"ratio_text": "3%"})
    client.post(reverse("registers:publish_item_list", args=[drafted.pk]))

    page = client.get(reverse("registers:item_list", args=[drafted.pk])).content.decode()
    assert "明码标价" in page
    assert ItemList.objects.get(pk=drafted.pk).state == "PUBLISHED"
    assert reverse("registers:edit_item", args=[made.pk]) not in page


def test_items_are_filtered_and_exported_alike(client_of, stock):
    client, pk = client_of("yc-market"), stock.market_list.pk

    page = client.get(reverse("registers:item_list", args=[pk]) + "?importance=KEY").content.decode()
    exported = table(client.get(reverse("registers:export_items", args=[pk, "csv"]) + "?importance=KEY"))

    assert "共 1 项" in page
    assert [line[0] for line in exported[1:]] == ["M-03"]


def upload(client, text: str, **more):
    file = SimpleUploadedFile("名录.csv", text.encode())
    return client.post(reverse("registers:imports"), {"kind": "SUBJECTS", "file": file, **more})


def test_a_file_is_previewed_decided_and_applied_on_the_pages(client_of, stock):
    client = client_of("office")
    answer = upload(client, f"名称,代码\n甲餐馆,{FRESH}\n乙餐馆,{FRESH}\n丙,坏代码!\n")
    batch = ImportBatch.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "冲突 2" in page
    assert "不合格 1" in page

    row = batch.rows.get(line=2)
    client.post(reverse("registers:choose_row", args=[row.pk]), {"take": "1"})
    refused = client.post(reverse("registers:apply_batch", args=[batch.pk]), follow=True).content.decode()
    assert "有1行不合格,不能全部应用" in refused
    client.post(reverse("registers:apply_batch", args=[batch.pk]), {"good_only": "1"})

    assert Subject.objects.get(unit_id=FRESH).name == "甲餐馆"


def test_lines_in_trouble_are_downloaded_with_what_is_wrong(client_of, stock):
    client = client_of("office")
    upload(client, f"名称,代码\n=甲,x!\n好的,{FRESH}\n")
    pk = ImportBatch.objects.get().pk

    heading, line = table(client.get(reverse("registers:troubles", args=[pk, "csv"])))
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(body(client.get(reverse("registers:troubles", args=[pk, "xlsx"]))))
    )

    assert heading == ["名称", "代码", "行号", "判定", "问题", "多出的单元格"]
    assert line[:4] == ["'=甲", "x!", "2", "不合格"]
    assert line[4].startswith("【代码】自编号只能由1至64个数字")
    assert book.get_sheet_by_index(0).to_python()[1][0] == "'=甲"


def test_unknown_columns_are_named_by_hand(client_of, stock):
    client = client_of("office")
    answer = upload(client, f"商号,说明\n甲餐馆,{FRESH}\n")
    assert answer["Location"] == reverse("registers:columns")
    assert "商号" in client.get(answer["Location"]).content.decode()

    twice = client.post(answer["Location"], {"name": "商号", "unit_id": "商号"})
    done = client.post(answer["Location"], {"name": "商号", "unit_id": "说明"})

    assert twice.status_code == 422
    assert done["Location"] == reverse("registers:batch", args=[ImportBatch.objects.get().pk])


def test_another_organizations_import_is_not_found(client_of, stock):
    upload(client_of("market"), f"名称,代码\n甲,{FRESH}\n")
    batch, client = ImportBatch.objects.get(), client_of("yc-market")

    assert client.get(reverse("registers:batch", args=[batch.pk])).status_code == 404
    assert client.get(reverse("registers:troubles", args=[batch.pk, "csv"])).status_code == 404
    assert client.post(reverse("registers:apply_batch", args=[batch.pk])).status_code == 404
    assert client.post(reverse("registers:choose_row", args=[batch.rows.get().pk])).status_code == 404


def test_a_file_that_is_no_table_is_refused_in_a_sentence(client_of, stock):
    answer = upload(client_of("office"), "\n")

    assert "文件是空的" in answer.content.decode()
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("kind", ["SUBJECTS", "INSPECTORS", "ITEMS"])
def test_an_empty_template_is_understood_when_it_comes_back(client_of, stock, kind):

    content = body(client_of("office").get(reverse("registers:template", args=[kind])))

    _, heading = find_heading(read_tables("a.xlsx", content), ImportKind(kind))
    assert heading.unknown == []


def test_the_api_brings_a_file_in(client_of, stock):
    client = client_of("office")
    file = SimpleUploadedFile("名录.csv", f"名称,代码\n甲餐馆,{FRESH}\n".encode())

    batch = client.post("/api/v1/registers/imports", {"kind": "SUBJECTS", "file": file}).json()
    applied = client.post(
        f"/api/v1/registers/imports/{batch['number']}/apply", {"good_only": False}, content_type="application/json"
    ).json()
    subject = client.get(f"/api/v1/registers/subjects/{FRESH}").json()

    assert (batch["state"], applied["state"]) == ("PREVIEWED", "APPLIED")
    assert subject["name"] == "甲餐馆"


def test_the_api_lists_subjects_in_pages_and_keeps_to_the_scope(client_of, stock):
    client = client_of("yc-market")

    first = client.get("/api/v1/registers/subjects?limit=10").json()
    second = client.get(f"/api/v1/registers/subjects?limit=10&after={first['next']}").json()
    foreign = client.get(f"/api/v1/registers/subjects/{unit_id('441625', 0)}")

    assert (len(first["subjects"]), len(second["subjects"]), second["next"]) == (10, 4, None)
    assert foreign.status_code == 404
