"""`mingcha import`: previews, conflicts, lines in trouble."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from mingcha import registers
from mingcha.registers.models import ImportBatch, Subject
from tests.cli import files
from tests.cli.files import FIRM_WITHOUT_REGION, GOOD_FIRM, ONE_OF_TWO, OTHER_OF_TWO


def subjects(tmp_path, *rows, **how):
    return files.table(tmp_path / "firms.csv", files.SUBJECT_HEADING, *rows, **how)


def test_a_file_is_only_previewed_unless_asked(founded, run, tmp_path):
    done = run("import", "subjects", subjects(tmp_path, GOOD_FIRM, FIRM_WITHOUT_REGION), by="market")

    assert "新增 1,变更 0,无变化 0,冲突 0,不合格 1" in done.stdout
    assert "不合格 第 3 行:" in done.stdout
    assert not Subject.objects.exists()


def test_all_or_nothing_refuses_a_file_with_a_bad_line(founded, run, tmp_path):
    file = subjects(tmp_path, GOOD_FIRM, FIRM_WITHOUT_REGION)

    done = run("import", "subjects", file, "--apply", "all", by="market", code=1)

    assert "有1行不合格,不能全部应用" in done.stderr
    assert "--apply good" in done.stderr
    assert not Subject.objects.exists()


def test_good_lines_can_be_taken_alone(founded, run, tmp_path):
    run("import", "subjects", subjects(tmp_path, GOOD_FIRM, FIRM_WITHOUT_REGION), "--apply", "good", by="market")

    assert list(Subject.objects.values_list("name", flat=True)) == ["源城新登记有限公司"]


@pytest.mark.parametrize("how", ["all", "good"])
def test_an_unchanged_file_is_done_already(founded, run, facts, tmp_path, how):
    file = subjects(tmp_path, GOOD_FIRM)
    run("import", "subjects", file, "--apply", "all", by="market")

    done = run("import", "subjects", file, "--apply", how, by="market")

    assert "没有要导入的行" in done.stdout
    assert [each["state"] for each in facts("import", "list", by="market")] == ["DROPPED", "APPLIED"]


def test_good_lines_that_stand_already_are_done_though_others_are_refused(founded, run, tmp_path):
    file = subjects(tmp_path, GOOD_FIRM, FIRM_WITHOUT_REGION)
    run("import", "subjects", file, "--apply", "good", by="market")

    assert "合格的行与名录一致" in run("import", "subjects", file, "--apply", "good", by="market").stdout
    assert "--errors" in run("import", "subjects", file, "--apply", "all", by="market", code=1).stderr


def test_a_file_without_one_good_line_is_refused(founded, run, tmp_path):
    file = subjects(tmp_path, FIRM_WITHOUT_REGION)

    assert "没有可应用的行" in run("import", "subjects", file, "--apply", "good", by="market", code=1).stderr


def test_a_batch_that_is_done_says_so_in_the_room_too(founded, run, facts, tmp_path):
    file = subjects(tmp_path, GOOD_FIRM)
    run("import", "subjects", file, "--apply", "all", by="market")
    batch = facts("import", "subjects", file, by="market")[0]["number"]

    assert "没有要导入的行" in run("import", "apply", batch, by="market").stdout
    assert "不能再操作" in run("import", "apply", batch, by="market", code=1).stderr


def test_the_same_file_goes_on_with_its_preview(founded, run, at, world, tmp_path):
    file = subjects(tmp_path, GOOD_FIRM)
    run("import", "subjects", file, by="market")
    at(world.now + timedelta(minutes=5))

    assert "沿用 2026-" in run("import", "subjects", file, "--apply", "all", by="market").stdout
    assert Subject.objects.count() == 1


def test_an_outdated_preview_is_told_and_made_anew(founded, run, at, world, tmp_path):
    file = subjects(tmp_path, GOOD_FIRM)
    run("import", "subjects", file, by="market")
    at(world.now + timedelta(minutes=5))
    renamed = files.table(tmp_path / "other.csv", files.SUBJECT_HEADING, (*GOOD_FIRM[:3], "新址", GOOD_FIRM[4]))
    run("import", "subjects", renamed, "--apply", "all", by="market")
    at(world.now + timedelta(minutes=10))

    done = run("import", "subjects", file, "--apply", "all", by="market")

    assert "已过时,已放弃;以上是新的预览" in done.stdout
    assert Subject.objects.get().address == GOOD_FIRM[3]


def test_an_outdated_batch_says_to_import_the_file_again(founded, run, facts, at, world, tmp_path):
    batch = facts("import", "subjects", subjects(tmp_path, GOOD_FIRM), by="market")[0]["number"]
    at(world.now + timedelta(minutes=5))
    renamed = files.table(tmp_path / "other.csv", files.SUBJECT_HEADING, (*GOOD_FIRM[:3], "新址", GOOD_FIRM[4]))
    run("import", "subjects", renamed, "--apply", "all", by="market")

    assert "请再次导入同一文件" in run("import", "apply", batch, by="market", code=1).stderr


def test_remedies_name_options_and_no_page(founded, run, tmp_path):
    done = run("import", "subjects", subjects(tmp_path, FIRM_WITHOUT_REGION, ONE_OF_TWO, OTHER_OF_TWO), by="market")

    assert "--default-region" in done.stdout
    assert "import decide" in done.stdout
    assert "上传" not in done.stdout


def test_every_remedy_of_a_page_has_its_words_here():
    judging = Path(registers.__file__).with_name("judging")
    said = "".join(path.read_text(encoding="utf-8") for path in sorted(judging.glob("*.py")))
    remedies = set(re.findall(r'gettext_noop\("([^"]*(?:选择|上传|点击)[^"]*)"\)', said))

    from mingcha.cli.imports import IN_OPTIONS  # not above: the command line builds its options in Chinese when called

    assert remedies == set(IN_OPTIONS)


def test_a_default_region_takes_what_says_none(founded, run, tmp_path):
    file = subjects(tmp_path, FIRM_WITHOUT_REGION)

    run("import", "subjects", file, "--default-region", "441625", "--apply", "all", by="market")

    assert Subject.objects.get().region_id == "441625"


def test_an_undecided_conflict_is_refused_until_it_is_decided(founded, run, facts, tmp_path):
    file = subjects(tmp_path, ONE_OF_TWO, OTHER_OF_TWO)
    batch = facts("import", "subjects", file, by="market")[0]
    assert [(row["line"], row["verdict"]) for row in batch["troubles"]] == [(2, "CONFLICT"), (3, "CONFLICT")]
    refused = run("import", "apply", batch["number"], by="market", code=1)
    assert "还有2行冲突未处理" in refused.stderr
    assert f"import decide {batch['number']}" in refused.stderr

    run("import", "decide", batch["number"], 3, "take", by="market")
    run("import", "apply", batch["number"], by="market")

    assert Subject.objects.get().name == "同码乙有限公司"


def test_a_dropped_batch_changes_nothing(founded, run, facts, tmp_path):
    batch = facts("import", "subjects", subjects(tmp_path, GOOD_FIRM), by="market")[0]["number"]

    run("import", "drop", batch, by="market")

    assert "该批次当前为“已放弃”" in run("import", "apply", batch, by="market", code=1).stderr
    assert not Subject.objects.exists()


def test_lines_in_trouble_go_to_a_file_with_their_reasons(founded, run, tmp_path):
    errors = tmp_path / "errors.xlsx"

    run("import", "subjects", subjects(tmp_path, GOOD_FIRM, FIRM_WITHOUT_REGION), "--errors", errors, by="market")

    heading, line = CalamineWorkbook.from_path(errors).get_sheet_by_index(0).to_python()
    assert line[heading.index("企业名称")] == "不知何处有限公司"
    assert line[heading.index("行号")] == 3
    assert "无法判断所属县区" in line[heading.index("问题")]


def test_a_column_that_nobody_could_guess_is_named_by_hand(founded, run, tmp_path):
    heading = ("企业名称", "神秘号", "区域", "住所", "企业类型")
    file = files.table(tmp_path / "odd.csv", heading, GOOD_FIRM)
    lost = run("import", "subjects", file, by="market", code=2)
    assert "没有找到必需的列:代码" in lost.stderr
    assert "神秘号" in lost.stderr

    run("import", "subjects", file, "--column", "代码=神秘号", "--apply", "all", by="market")

    assert Subject.objects.get().region_id == "441602"


def test_a_field_that_does_not_exist_is_wrong_usage(founded, run, tmp_path):
    file = subjects(tmp_path, GOOD_FIRM)

    assert "应为 字段=列名" in run("import", "subjects", file, "--column", "颜色=甲", by="market", code=2).stderr


def test_a_file_that_is_no_table_is_unreadable(founded, run, tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")

    assert "工作簿打不开" in run("import", "subjects", broken, by="market", code=2).stderr
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_not_there_is_wrong_usage(founded, run, tmp_path):
    assert "gone.csv" in run("import", "subjects", tmp_path / "gone.csv", by="market", code=2).stderr


def test_an_auditor_may_not_import(founded, run, tmp_path):
    done = run("import", "subjects", subjects(tmp_path, GOOD_FIRM), by="discipline", code=1)

    assert "当前身份无权“导入名录”" in done.stderr
    assert not ImportBatch.objects.exists()


def test_a_stranger_s_batch_is_not_there(founded, run, facts, tmp_path):
    batch = facts("import", "subjects", subjects(tmp_path, GOOD_FIRM), by="market")[0]["number"]

    assert "没有导入批次" in run("import", "show", batch, by="education", code=1).stderr


def test_items_go_into_a_draft_of_ones_own(founded, run, tmp_path):
    file = files.table(tmp_path / "items.csv", files.ITEM_HEADING)

    assert "没有清单 L9" in run("import", "items", file, "--list", "L9", by="market", code=1).stderr


def test_the_real_firms_of_heyuan_come_in(founded, run, facts, shared_data):
    file = shared_data / "enterprises" / "heyuan_1981_2003.csv"

    batch = facts("import", "subjects", file, "--default-region", "441602", "--apply", "good", by="market")[0]

    assert sum(batch["counts"].values()) == 425
    assert Subject.objects.count() == batch["taken"]


def test_a_destroyed_file_is_refused_line_by_line(founded, run, facts, shared_data):
    file = shared_data / "enterprises" / "guangdong_2002_broken_tail.csv"

    batch = facts("import", "subjects", file, "--default-region", "441602", by="market")[0]

    assert [row["line"] for row in batch["troubles"]] == list(range(2, 26))
    assert batch["counts"]["REFUSED"] == 24
