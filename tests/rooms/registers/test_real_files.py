"""Published rows of real places, imported as they are (the folder of real rows may be absent)."""

import csv
import gzip
from collections import Counter
from datetime import date

import pytest

from mingcha.registers import actions, industries, queries
from mingcha.registers.models import InspectionItem, Subject
from mingcha.registers.states import ImportKind

HERE = {"region": "441602"}


@pytest.fixture
def preview(world, shared_data):
    """Upload a file of real subjects as the office does."""

    def upload(path: str, kind: ImportKind = ImportKind.SUBJECTS, **options):
        content = (shared_data / path).read_bytes()
        if path.endswith(".gz"):
            content = gzip.decompress(content)
        return actions.import_file(
            kind=kind,
            file_name=path.rsplit("/", 1)[-1],
            content=content,
            by=options.pop("by", world["office"]),
            at=world.now,
            **options,
        )

    return upload


def counts(batch) -> dict[str, int]:
    return {verdict: count for verdict, count in queries.counts_of(batch).items() if count}


def test_a_drawn_list_with_codes_of_18_15_and_13_characters_comes_in(world, preview):
    batch = preview("doubles/zhejiang_2017_drawn_list_check01.csv", defaults=HERE)
    assert counts(batch) == {"NEW": 478}

    actions.apply_batch(batch=batch, by=world["office"], at=world.now)

    lengths = Counter(len(code) for code in Subject.objects.values_list("unit_id", flat=True))
    assert lengths == {18: 430, 15: 47, 13: 1}


def test_a_small_drawn_list_comes_in(preview):
    assert counts(preview("doubles/zhejiang_2017_drawn_list_check04.csv", defaults=HERE)) == {"NEW": 5}


def test_without_a_region_to_fall_back_on_firms_from_elsewhere_are_refused_with_a_remedy(preview):
    batch = preview("doubles/zhejiang_2017_drawn_list_check04.csv")

    assert counts(batch) == {"REFUSED": 5}
    problem = batch.rows.first().problems[0]
    assert problem["message"] == "无法判断所属县区"
    assert "区域" in problem["remedy"]


def test_firms_of_heyuan_find_their_county_by_themselves(preview):
    batch = preview("enterprises/heyuan_1981_2003.csv", defaults={"region": "4416JD"})

    places = Counter(row.values["region"] for row in batch.rows.all())
    assert places == {"441602": 64, "441625": 74, "4416JD": 287}, "the world has no other county to put them in"


def test_the_broken_tail_is_refused_line_by_line(preview):
    batch = preview("enterprises/guangdong_2002_broken_tail.csv", defaults=HERE)

    assert counts(batch) == {"REFUSED": 24}
    for row in batch.rows.all():
        assert row.problems[0]["message"] == "含有无法识别的字符(乱码)"
        assert row.problems[0]["column"]


def test_two_firms_with_one_code_are_a_conflict_to_decide(world, preview):
    batch = preview("enterprises/guangdong_1978_2003.csv.gz", defaults=HERE)

    assert counts(batch) == {"NEW": 40073, "CONFLICT": 12, "REFUSED": 1}
    shared = batch.rows.filter(key="91440300MA5JJGHGXQ").order_by("line")
    assert [row.values["name"] for row in shared] == ["牛湖恒基印花厂", "龙华嘉华（远东）钟珍配件厂"]


def test_a_supply_chain_list_brings_states_and_industries(preview):
    batch = preview("enterprises/pcb_supply_chain_2023.csv", defaults=HERE)

    states = Counter(row.values.get("state") for row in batch.rows.filter(verdict="NEW"))
    assert states["CANCELLED"] == 5
    firm = batch.rows.get(key="91440300687553882K")
    assert firm.values["industry"] == "74"


@pytest.mark.parametrize(
    ("path", "items"),
    [
        ("doubles/zhejiang_item_list_odd_items.csv", 40),
        ("doubles/item_rows_from_notices.csv", 2),
        ("plans/huairou-2020-itemlist-culture.csv", 6),
        ("plans/fenyang-2021-joint-itemlist.csv", 11),
    ],
)
def test_published_item_lists_come_in_whole(world, preview, path, items):
    market = world["market"]
    drafted = actions.draft_item_list(
        title="事项清单", edition="试行", valid_from=date(2026, 1, 1), by=market, at=world.now
    )

    batch = preview(path, ImportKind.ITEMS, item_list=drafted, by=market)
    actions.apply_batch(batch=batch, by=market, at=world.now)

    assert counts(batch) == {"NEW": items}
    assert InspectionItem.objects.filter(item_list=drafted).count() == items


def test_sections_and_divisions_are_those_of_the_standard(shared_data):
    with (shared_data / "codes" / "gbt4754_2017.csv").open(encoding="utf-8-sig") as file:
        published = {row["code"]: row["name"] for row in csv.DictReader(file) if row["level"] in ("1", "2")}

    assert published == industries.SECTIONS | industries.DIVISIONS
