"""Imports: preview, conflicts, apply, drop; nothing enters unseen."""

from datetime import date, timedelta

import pytest

from mingcha.ledger.models import LedgerEntry
from mingcha.people.models import DepartmentLine
from mingcha.people.permissions import NotPermitted
from mingcha.registers import actions, queries
from mingcha.registers.columns import ColumnsMissing
from mingcha.registers.models import ImportBatch, Inspector, Licence, Subject
from mingcha.registers.rules import CannotApply, CannotChangeItemList, CannotEdit, CannotImport
from mingcha.registers.states import ImportKind, ImportState
from tests.registers_world import unit_id

HEAD = "名称,代码,区域,地址,登记状态,许可证种类,许可证号,标签,风险等级\n"
FIRST, SECOND = unit_id("441602", 0), unit_id("441602", 1)
FRESH, OTHER = "91441602MA5Y00007C", "91441625MA5Y00007N"


@pytest.fixture
def preview(world, stock):
    """Upload lines of subjects, by default as the office."""

    def upload(*lines: str, username: str = "office", head: str = HEAD, **options) -> ImportBatch:
        content = (head + "".join(f"{line}\n" for line in lines)).encode("utf-8-sig")
        options.setdefault("kind", ImportKind.SUBJECTS)
        options.setdefault("at", world.now)
        return actions.import_file(file_name="名录.csv", content=content, by=world[username], **options)

    return upload


def verdicts(batch: ImportBatch) -> list[str]:
    return list(batch.rows.order_by("line").values_list("verdict", flat=True))


def problem(batch: ImportBatch, line: int = 2) -> str:
    found = batch.rows.get(line=line).problems[0]
    return found["message"] % found["details"] if found["details"] else found["message"]


def test_a_preview_changes_nothing(world, preview):
    batch = preview(f"新餐馆,{FRESH},源城区,,存续,,,,")

    assert verdicts(batch) == ["NEW"]
    assert not Subject.objects.filter(unit_id=FRESH).exists()
    assert LedgerEntry.objects.last().act == "registers.import_file"


def test_an_applied_import_enters_subjects_with_licence_tag_and_class(world, preview):
    batch = preview(f"新餐馆,{FRESH},源城区,上城街道1号,存续,食品经营许可证,JY0001,重点、网红,较高风险")

    actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    subject = Subject.objects.get(unit_id=FRESH)
    assert (subject.name, subject.region_id, subject.state) == ("新餐馆", "441602", "ACTIVE")
    assert subject.licences.get().number == "JY0001"
    assert set(subject.tags.values_list("tag", flat=True)) == {"重点", "网红"}
    assert subject.ratings.get().risk_class == "C"
    assert subject.source == batch.number
    assert LedgerEntry.objects.last().act == "registers.apply_batch"
    assert "新餐馆" not in LedgerEntry.objects.last().body


def test_a_firm_with_several_licences_is_one_subject(world, preview):
    batch = preview(
        f"新餐馆,{FRESH},源城区,,存续,食品经营许可证,JY0001,,",
        f"新餐馆,{FRESH},源城区,,存续,公共场所卫生许可证,WS0001,,",
        f"新餐馆,{FRESH},源城区,,存续,食品经营许可证,JY0001,,",
    )
    assert verdicts(batch) == ["NEW", "NEW", "SAME"]

    actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    assert Licence.objects.filter(subject__unit_id=FRESH).count() == 2


def test_a_change_shows_old_and_new_and_an_empty_cell_clears_nothing(world, stock, preview):
    former = stock.subjects[FIRST]
    batch = preview(f"{former.name},{FIRST},,新地址9号,停业,,,,")

    row = batch.rows.get()
    actions.apply_batch(batch=batch, by=world["office"], at=world.now + timedelta(hours=1))

    assert row.verdict == "CHANGED"
    assert row.changes == {"address": [former.address, "新地址9号"], "state": ["ACTIVE", "SUSPENDED"]}
    subject = Subject.objects.get(unit_id=FIRST)
    assert (subject.address, subject.state) == ("新地址9号", "SUSPENDED")
    assert (subject.industry, subject.contact_phone, subject.region_id) == ("6210", "13800000000", "441602")
    assert subject.history.order_by("history_id").last().history_user == world.user("office")


def test_lines_that_say_nothing_new_are_the_same(stock, preview):
    former = stock.subjects[FIRST]

    assert verdicts(preview(f"{former.name},{FIRST},源城区,,存续,,,,A")) == ["SAME"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("新餐馆,91441602MA5Y000000,源城区,,,,,,", "校验码不符"),
        ("新餐馆,,源城区,,,,,,", "缺少代码"),
        (f",{FRESH},源城区,,,,,,", "缺少名称"),
        (f"新餐馆,{FRESH},广州市,,,,,,", "没有名为或代码为“广州市”的区域"),
        ("新餐馆,OWN-0001,,,,,,,", "无法判断所属县区"),
        (f"新餐馆,{FRESH},源城区,,冬眠,,,,", "登记状态“冬眠”不认识"),
        (f"新餐馆,{FRESH},源城区,,,食品经营许可证,,,", "许可证种类和许可证号须同时填写"),
        (f"新餐馆,{FRESH},源城区,,,,,,E", "等级“E”不在方案中"),
        (f"新餐馆,{FRESH},源城区,,,,,,,多,多", "比表头多2列"),
        (f"新\ufffd馆,{FRESH},源城区,,,,,,", "乱码"),
        (f"新餐馆,{FRESH},源城区,,,食品经营许可证,JY{FIRST},,", f"该许可证号已属于代码为 {FIRST} 的检查对象"),
        (f"{'长' * 201},{FRESH},源城区,,,,,,", "超过200字,现为201字"),
    ],
)
def test_a_bad_line_is_refused_with_its_column_and_reason(preview, line, said):
    batch = preview(line)

    assert verdicts(batch) == ["REFUSED"]
    assert said in problem(batch)
    assert batch.rows.get().problems[0]["column"] or "县区" in said


def test_a_region_is_told_by_column_address_or_code(preview):
    batch = preview(
        f"甲,{FRESH},,河源市东源县仙塘镇1号,,,,,",
        "乙,91441602MA5Y000157,,不详,,,,,",
        "丙,OWN-0001,,河源市江东新区临江镇,,,,,",
        "丁,OWN-0002,4416jd,,,,,,",
    )

    regions = [row.values["region"] for row in batch.rows.order_by("line")]
    assert regions == ["441625", "441602", "4416JD", "4416JD"]


def test_another_citys_high_tech_zone_is_not_ours(preview):
    batch = preview("甲,OWN-0001,,深圳市高新区科技园,,,,,", defaults={"region": "441602"})

    assert batch.rows.get().values["region"] == "441602"


def test_two_firms_with_one_code_wait_for_a_decision_and_taking_one_leaves_the_other_out(world, preview):
    batch = preview(f"甲餐馆,{FRESH},源城区,,,,,,", f"乙餐馆,{FRESH},源城区,,,,,,", f"丙,{OTHER},东源县,,,,,,")
    first, second, _ = batch.rows.order_by("line")
    assert verdicts(batch) == ["CONFLICT", "CONFLICT", "NEW"]
    with pytest.raises(CannotApply, match="还有2行冲突未处理"):
        actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    actions.choose_row(row=first, take=True, by=world["office"], at=world.now)
    actions.choose_row(row=second, take=True, by=world["office"], at=world.now)
    actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    assert Subject.objects.get(unit_id=FRESH).name == "乙餐馆"
    assert Subject.objects.filter(unit_id=OTHER).exists()


def test_another_name_in_the_register_waits_for_a_decision(world, stock, preview):
    batch = preview(f"改了名的餐馆,{FIRST},,,,,,,")
    row = batch.rows.get()
    assert row.verdict == "CONFLICT"
    assert stock.subjects[FIRST].name in problem(batch)

    actions.choose_row(row=row, take=False, by=world["office"], at=world.now)

    with pytest.raises(CannotApply, match="没有可应用的行"):
        actions.apply_batch(batch=batch, by=world["office"], at=world.now)


def test_brackets_in_full_and_half_width_are_one_name(stock, world, preview):
    actions.edit_subject(
        subject=stock.subjects[FIRST], values={"name": "镕记（河源）"}, by=world["office"], at=world.now
    )

    assert verdicts(preview(f"镕记(河源),{FIRST},,,,,,,")) == ["CHANGED"]


def test_good_rows_alone_can_be_applied(world, preview):
    batch = preview(f"甲,{FRESH},源城区,,,,,,", "乙,,源城区,,,,,,")
    with pytest.raises(CannotApply, match="有1行不合格"):
        actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    actions.apply_batch(batch=batch, good_only=True, by=world["office"], at=world.now)

    assert Subject.objects.filter(unit_id=FRESH).exists()
    assert ImportBatch.objects.get().counts["TAKEN"] == 1


def test_a_batch_is_decided_once(world, preview):
    batch = preview(f"甲,{FRESH},源城区,,,,,,")
    actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    for act in (actions.apply_batch, actions.drop_batch):
        with pytest.raises(CannotApply, match="不能再操作"):
            act(batch=batch, by=world["office"], at=world.now)


def test_a_dropped_batch_leaves_the_register_alone(world, preview):
    batch = actions.drop_batch(batch=preview(f"甲,{FRESH},源城区,,,,,,"), by=world["office"], at=world.now)

    assert batch.state == ImportState.DROPPED
    assert not Subject.objects.filter(unit_id=FRESH).exists()


def test_the_same_file_again_gives_the_open_preview(world, preview):
    line = f"甲,{FRESH},源城区,,,,,,"
    batch = preview(line)

    assert preview(line) == batch
    actions.drop_batch(batch=batch, by=world["office"], at=world.now)
    assert preview(line) != batch


def test_what_was_decided_stays_with_the_open_preview(world, preview):
    lines = (f"甲,{FRESH},源城区,,,,,,", f"乙,{FRESH},源城区,,,,,,")
    batch = preview(*lines)
    actions.choose_row(row=batch.rows.get(line=2), take=True, by=world["office"], at=world.now)

    assert preview(*lines).rows.get(line=2).chosen is True


def test_the_same_file_is_judged_anew_when_the_register_has_moved_on(world, stock, preview):
    line = f"{stock.subjects[FIRST].name},{FIRST},,河源市源城区新路1号,,,,,"
    former = preview(line)
    actions.edit_subject(
        subject=stock.subjects[FIRST],
        values={"address": "河源市源城区新路1号"},
        by=world["office"],
        at=world.now + timedelta(minutes=1),
    )

    batch = preview(line)

    assert (former.rows.get().verdict, batch.rows.get().verdict) == ("CHANGED", "SAME")
    former.refresh_from_db()
    assert former.state == ImportState.DROPPED


def test_a_preview_that_is_no_longer_true_is_not_applied(world, stock, preview):
    batch = preview(f"{stock.subjects[FIRST].name},{FIRST},,新地址,,,,,")
    actions.edit_subject(
        subject=stock.subjects[FIRST],
        values={"address": "别处"},
        by=world["office"],
        at=world.now + timedelta(minutes=1),
    )

    with pytest.raises(CannotApply, match="名录又有变化"):
        actions.apply_batch(batch=batch, by=world["office"], at=world.now + timedelta(minutes=2))

    assert Subject.objects.get(unit_id=FIRST).address == "别处"


def test_a_county_brings_in_its_own_subjects_only(stock, preview):
    theirs = unit_id("441625", 0)
    batch = preview(
        f"甲,{FRESH},源城区,,,,,,",
        f"乙,{OTHER},东源县,,,,,,",
        f"{stock.subjects[theirs].name},{theirs},源城区,,,,,,",
        username="yc-market",
    )

    assert verdicts(batch) == ["NEW", "REFUSED", "REFUSED"]
    assert "不在您的数据范围内" in problem(batch, 3)
    assert "数据范围之外" in problem(batch, 4)


def test_an_import_belongs_to_its_organization(world, preview):
    batch = preview(f"甲,{FRESH},源城区,,,,,,", username="yc-market")

    assert not queries.batches_for(world["dy-market"]).exists()
    with pytest.raises(CannotApply, match="本单位"):
        actions.apply_batch(batch=batch, by=world["dy-market"], at=world.now)


@pytest.mark.parametrize("username", ["discipline", "yc-inspector"])
def test_who_only_looks_on_brings_nothing_in(preview, username):
    with pytest.raises(NotPermitted):
        preview(f"甲,{FRESH},源城区,,,,,,", username=username)


def test_missing_columns_leave_no_batch(preview):
    with pytest.raises(ColumnsMissing):
        preview("甲,乙", head="商号,说明\n")

    assert not ImportBatch.objects.exists()


def test_columns_named_by_hand_are_used(preview):
    batch = preview(f"甲,{FRESH}", head="商号,说明\n", columns={"name": "商号", "unit_id": "说明"})

    assert batch.columns == {"name": "商号", "unit_id": "说明"}
    assert verdicts(batch) == ["NEW"]


PEOPLE = "姓名,人员编号,单位,执法证号,有效期至,执法资质,岗位状态\n"


def people(preview, *lines: str, username: str = "market") -> ImportBatch:
    return preview(*lines, username=username, head=PEOPLE, kind=ImportKind.INSPECTORS)


def test_inspectors_come_in_with_their_qualifications(world, preview):
    batch = people(preview, "新查,IN-100,源城区市场监督管理局,粤X100,2028-06-30,食品安全、登记注册,在岗")

    actions.apply_batch(batch=batch, by=world["market"], at=world.now)

    inspector = Inspector.objects.get(number="IN-100")
    assert inspector.organization.code == "yc-market"
    assert inspector.certificate_valid_to == date(2028, 6, 30)
    assert set(inspector.qualifications.values_list("code", flat=True)) == {"food", "registration"}


def test_an_inspectors_new_certificate_keeps_what_the_file_does_not_say(world, stock, preview):
    batch = preview(
        "江勘,IN-001,粤测IN-001,2030-01-01",
        username="market",
        head="姓名,人员编号,执法证号,有效期至\n",
        kind=ImportKind.INSPECTORS,
    )
    assert verdicts(batch) == ["CHANGED"]

    actions.apply_batch(batch=batch, by=world["market"], at=world.now)

    inspector = Inspector.objects.get(number="IN-001")
    assert inspector.certificate_valid_to == date(2030, 1, 1)
    assert inspector.qualifications.count() == 2
    assert inspector.user == world.user("yc-inspector")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("新查,IN-100,源城区教育局,粤X100,2028-06-30,,", "不在您的数据范围内"),
        ("新查,IN-100,,,2028-06-30,,", "缺少姓名或执法证号"),
        ("新查,IN-100,,粤X100,,,", "缺少执法证有效期"),
        ("新查,IN-100,,粤X100,二〇二八年,,", "不是日期"),
        ("新查,IN-100,,粤X100,2028-06-30,算命,", "没有名为“算命”的执法资质"),
        ("新查,编号一,,粤X100,2028-06-30,,", "人员编号只能由"),
        ("新查,IN-100,,粤测IN-002,2028-06-30,,", "该执法证号已登记在 IN-002 名下"),
        ("新查,IN-007,,粤X100,2028-06-30,,", "属于您数据范围之外的单位"),
        ("新查,IN-100,,粤X100,2028-06-30,,睡觉", "岗位状态“睡觉”不认识"),
    ],
)
def test_a_bad_line_of_an_inspector_is_refused_with_its_reason(preview, line, said):
    batch = people(preview, line)

    assert verdicts(batch) == ["REFUSED"]
    assert said in problem(batch)


def test_one_number_for_two_people_waits_for_a_decision(preview):
    batch = people(
        preview,
        "甲,IN-100,,粤X100,2028-06-30,,",
        "乙,IN-100,,粤X101,2028-06-30,,",
        "丙,IN-001,,粤测IN-001,2028-12-31,,",
    )

    assert verdicts(batch) == ["CONFLICT", "CONFLICT", "CONFLICT"]
    assert "名录中编号 IN-001 的姓名是“江勘”" in problem(batch, 4)


ITEMS = "序号,抽查类别,抽查事项,抽查子项,检查对象,抽查依据,发起部门,配合部门,抽查比例\n"


@pytest.fixture
def draft(world, stock):
    return actions.draft_item_list(
        title="试行清单", edition="2026", valid_from=date(2026, 1, 1), is_joint=True, by=world["office"], at=world.now
    )


def test_cells_that_were_merged_take_what_stands_above(world, preview, draft):
    batch = preview(
        "1,学校办学抽查,办学资质,,校外培训机构,民办教育促进法,教育部门,市场监管、税务部门,10%",
        ",,,收费行为,,,,,",
        "2,价格检查,明码标价,,超市,,市场监管部门,,待定",
        head=ITEMS,
        kind=ImportKind.ITEMS,
        item_list=draft,
    )
    assert verdicts(batch) == ["NEW"] * 3

    actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    items = list(draft.items.order_by("code"))
    assert [item.code for item in items] == ["1-1", "1-2", "2"]
    assert [item.line_id for item in items] == ["education", "education", "market"]
    assert items[1].sub_item == "收费行为"
    assert items[1].ratio_text == "10%"
    assert items[1].ratio_rule == {"kind": "RATIO", "per": "YEAR", "ratio": "0.1"}
    assert [line.pk for line in items[1].partner_lines.all()] == ["market"]
    assert items[2].legal_basis == "", "the basis of number 1 is not that of number 2"
    assert "税务部门" in problem(batch, 2), "what was not understood is said"


def test_items_without_a_basis_come_in_but_are_not_published(world, preview, draft):
    batch = preview("2,价格检查,明码标价,,超市,,市场监管部门,,3%", head=ITEMS, kind=ImportKind.ITEMS, item_list=draft)
    actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    with pytest.raises(CannotChangeItemList, match="缺少抽查依据"):
        actions.publish_item_list(item_list=draft, by=world["office"], at=world.now)


def test_the_same_items_again_are_the_same_and_a_new_ratio_is_a_change(world, preview, draft):
    line = "2,价格检查,明码标价,,超市,价格法,市场监管部门,,3%"
    options = {"head": ITEMS, "kind": ImportKind.ITEMS, "item_list": draft}
    actions.apply_batch(batch=preview(line, **options), by=world["office"], at=world.now)

    assert verdicts(preview(line, **options)) == ["SAME"]
    changed = preview(line.replace("3%", "5%"), **options)
    actions.apply_batch(batch=changed, by=world["office"], at=world.now)

    assert changed.rows.get().changes == {"ratio_text": ["3%", "5%"]}
    assert draft.items.get().ratio_rule["ratio"] == "0.05"


def test_items_go_into_a_draft_of_ones_own_only(world, stock, preview, draft):
    line = "2,价格检查,明码标价,,超市,价格法,市场监管部门,,3%"
    with pytest.raises(CannotImport, match="请先起草清单"):
        preview(line, head=ITEMS, kind=ImportKind.ITEMS)
    with pytest.raises(CannotChangeItemList, match="本单位"):
        preview(line, head=ITEMS, kind=ImportKind.ITEMS, item_list=draft, username="market")
    with pytest.raises(CannotChangeItemList, match="不能再改"):
        preview(line, head=ITEMS, kind=ImportKind.ITEMS, item_list=stock.joint_list)


def test_a_subject_cannot_be_moved_out_of_ones_own_region(world, stock):
    with pytest.raises(CannotEdit, match="数据范围之外"):
        actions.edit_subject(
            subject=stock.subjects[FIRST],
            values={"region": stock.subjects[unit_id("441625", 0)].region},
            by=world["yc-market"],
            at=world.now,
        )

    assert Subject.objects.get(unit_id=FIRST).region_id == "441602"


@pytest.mark.parametrize("unknown", [{"region": "449999"}, {"line": "nobody"}, {"scheme": "none"}])
def test_a_default_that_does_not_exist_is_refused_before_a_line_is_read(preview, unknown):
    with pytest.raises(CannotImport, match=next(iter(unknown.values()))):
        preview(f"甲,{FRESH},,深圳市南山区,,,,,", defaults=unknown)

    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("市文化和旅游部门", "culture"),
        ("文旅局", "culture"),
        ("教体部门", "education"),
        ("县人力资源和社会保障局", "human-resources"),
        ("住建部门", "housing"),
        ("市烟草专卖局", "tobacco"),
    ],
)
def test_a_department_is_known_by_its_other_usual_names(world, preview, draft, written, line):
    DepartmentLine.objects.get_or_create(code=line, defaults={"name": line})
    row = f"2,检查,抽查,,经营者,某条例,{written},,3%"

    batch = preview(row, head=ITEMS, kind=ImportKind.ITEMS, item_list=draft)

    assert batch.rows.get().values["line"] == line


def test_no_other_name_leads_to_a_line_that_is_not_there(preview, draft):
    DepartmentLine.objects.filter(code="tobacco").delete()

    batch = preview("2,检查,抽查,,经营者,某条例,烟草局,,3%", head=ITEMS, kind=ImportKind.ITEMS, item_list=draft)

    assert problem(batch) == "部门“烟草局”未识别"
