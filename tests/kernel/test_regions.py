import pytest

from mingcha.kernel import regions
from mingcha.kernel.regions import UnknownRegion


def test_the_city_has_six_counties_and_two_functional_zones():
    names = [region.name for region in regions.children("441600")]

    assert names == ["源城区", "紫金县", "龙川县", "连平县", "和平县", "东源县", "江东新区", "高新区"]


def test_a_zone_has_a_code_of_ours_and_speaks_to_others_with_the_city_s():
    zone = regions.get("4416JD")

    assert zone.is_functional_zone
    assert zone.gb_code == "441600"


def test_a_county_knows_its_city_and_province():
    parts = regions.parts("441625")

    assert (parts.province.name, parts.city.name, parts.county.name) == ("广东省", "河源市", "东源县")
    assert regions.full_name("441625") == "广东省河源市东源县"


def test_a_city_has_no_county_part():
    assert regions.parts("441600").county is None
    assert regions.parts("440000").city is None


def test_a_region_lies_in_itself_and_in_those_above():
    assert regions.is_within("441621", "441621")
    assert regions.is_within("441621", "440000")
    assert not regions.is_within("441600", "441621")


@pytest.mark.parametrize("name", ["紫金县", "河源市紫金县", "广东省河源市紫金县", " 紫金县 "])
def test_a_region_is_found_by_its_name_short_or_full(name):
    assert regions.by_name(name).code == "441621"


def test_the_city_is_found_by_its_name_and_not_emptied_by_it():
    assert regions.by_name("河源市").code == "441600"
    assert regions.by_name("广东省河源市").code == "441600"
    assert regions.by_name("广东省").code == "440000"


def test_an_address_names_its_region_and_a_zone_before_the_county_round_it():
    assert regions.named_in("广东省河源市源城区东埔街道某路1号").code == "441602"
    assert regions.named_in("河源市源城区高新区科技大道2号").code == "4416GX"
    assert regions.named_in("河源市某路3号").code == "441600"
    assert regions.named_in("惠州市惠城区某路4号") is None


@pytest.mark.parametrize("code", ["441601", "", "4416"])
def test_an_unknown_code_is_refused_with_the_code(code):
    with pytest.raises(UnknownRegion) as refusal:
        regions.get(code)

    assert str(refusal.value) == f"没有区划代码为“{code}”的地区"


def test_an_unknown_name_is_refused():
    with pytest.raises(UnknownRegion):
        regions.by_name("惠城区")
