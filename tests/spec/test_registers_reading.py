"""How a file is read: encodings, headings, the words offices write above their columns."""

import io

import pytest
import xlsxwriter

from mingcha.registers.columns import ColumnsMissing, column_letters, find_heading
from mingcha.registers.reading import read_tables
from mingcha.registers.rules import CannotImport
from mingcha.registers.states import ImportKind
from tests.drawn import rows

TEXT = "名称,代码\n河源市镕记餐馆（个体工商户）,91441602MA5X00006N\n"

ENCODINGS = """
    written in | told as
    utf-8      | UTF-8
    utf-8-sig  | UTF-8-SIG
    gb18030    | GB18030
    utf-16     | UTF-16
"""


@pytest.mark.parametrize("case", rows(ENCODINGS), ids=lambda case: case["written in"])
def test_the_encoding_is_found_out(case):
    [table] = read_tables("a.csv", TEXT.encode(case["written in"]))

    assert table.encoding == case["told as"]
    assert table.lines[1].texts == ["河源市镕记餐馆（个体工商户）", "91441602MA5X00006N"]
    assert table.lines[1].damaged is None


def test_bytes_that_cannot_be_read_stay_visible_and_spoil_their_own_line_only():
    content = TEXT.encode() + b"\xff\xfe broken,91441602MA5X00006N\n" + "好的,x".encode()

    [table] = read_tables("a.csv", content)

    assert [line.damaged for line in table.lines] == [None, None, 0, None]
    assert table.lines[2].texts[0] == "\\xff\\xfe broken"


def test_lines_are_numbered_as_a_person_counts_them():
    content = '名称,代码\n\n"两\n行",A\n末,B\n'.encode()

    [table] = read_tables("a.csv", content)

    assert [(line.number, line.texts[1]) for line in table.lines] == [(1, "代码"), (3, "A"), (5, "B")]


def workbook(*sheets: list[list[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for lines in sheets:
            sheet = book.add_worksheet()
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    return file.getvalue()


def test_the_heading_need_not_be_the_first_line_nor_on_the_first_sheet():
    content = workbook(
        [["说明:请按模板填写"]], [["河源市检查对象名录"], [], ["序号", "企业名称", "统一社会信用代码"], [1, "甲", "A1"]]
    )

    table, heading = find_heading(read_tables("a.xlsx", content), ImportKind.SUBJECTS)

    assert heading.line == 3
    assert heading.columns == {"name": "企业名称", "unit_id": "统一社会信用代码"}
    assert heading.unknown == ["序号"]
    assert len(table.lines) == 3


HEADINGS = """
    title                     | field
    企业名称                  | name
    主体名称*                 | name
    名　称（必填）            | name
    统一社会信用代码/注册号   | unit_id
    USCC                      | unit_id
    注册号                    | unit_id
    住所                      | address
    登记状态                  | state
    信用风险等级              | rating
    行政区划                  | region
    成立日期                  | registered_on
    法定代表人                | nothing
"""


@pytest.mark.parametrize("case", rows(HEADINGS), ids=lambda case: case["title"])
def test_a_title_is_known_by_what_offices_write(case):
    tables = read_tables("a.csv", f"{case['title']},entity_name,registration_no,x\n".encode())

    _, heading = find_heading(tables, ImportKind.SUBJECTS)

    found = next(
        (name for name, title in heading.columns.items() if title == " ".join(case["title"].split())), "nothing"
    )
    assert found == case["field"]


def test_missing_columns_are_asked_for_and_can_be_named_by_hand():
    tables = read_tables("a.csv", "商号,编码甲\n甲,A1\n".encode())

    with pytest.raises(ColumnsMissing) as refusal:
        find_heading(tables, ImportKind.SUBJECTS)
    _, heading = find_heading(tables, ImportKind.SUBJECTS, {"name": "商号", "unit_id": "编码甲"})

    assert "名称、代码" in str(refusal.value)
    assert refusal.value.heading.titles == ("商号", "编码甲")
    assert heading.places == {"name": 0, "unit_id": 1}


def test_titles_that_are_empty_or_stand_twice_are_told_apart():
    [table] = read_tables("a.csv", "名称,代码,,名称\n甲,A1,x,y\n".encode())

    _, heading = find_heading([table], ImportKind.SUBJECTS)

    assert heading.titles == ("名称", "代码", "[C]", "名称[D]")


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_a_column_is_named_as_a_spreadsheet_names_it(place, letters):
    assert column_letters(place) == letters


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 not a workbook", "工作簿打不开"),
        (b"\xd0\xcf\x11\xe0 not a workbook", "工作簿打不开"),
        (b",,\n,,\n", "没有数据行"),
    ],
)
def test_what_is_no_table_is_refused(content, said):
    with pytest.raises(CannotImport) as refusal:
        read_tables("a.xlsx", content)

    assert said in str(refusal.value)
