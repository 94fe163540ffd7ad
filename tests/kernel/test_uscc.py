import csv
import gzip
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.kernel import registration_number, uscc
from mingcha.kernel.invalid_code import InvalidFormat, InvalidLength, InvalidOrganisationCode

stdnum_uscc = pytest.importorskip("stdnum.cn.uscc")
iso7064 = pytest.importorskip("stdnum.iso7064.mod_11_10")

digits = st.text("0123456789", min_size=1)
organisations = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
regions = st.text("0123456789", min_size=6, max_size=6)


@given(st.sampled_from(sorted(uscc.KINDS)), regions, organisations)
def test_every_code_built_is_valid_here_and_in_stdnum_where_both_apply(kind, region, organisation):
    code = uscc.build(kind, region, organisation)

    assert uscc.validate(code) == code
    if kind[0].isdigit():
        assert stdnum_uscc.is_valid(code)


@given(st.sampled_from(["91", "92", "N2"]), regions, organisations, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_changed_character_is_always_found(kind, region, organisation, place, other):
    code = uscc.build(kind, region, organisation)
    changed = code[:place] + other + code[place + 1 :]

    assert uscc.is_valid(changed) == (changed == code)


def test_a_code_of_a_rural_collective_is_valid_although_stdnum_refuses_it():
    code = uscc.build("N2", "441625", "MF123456")

    assert code == "N2441625MF12345676"
    assert uscc.is_valid(code)
    assert not stdnum_uscc.is_valid(code)


def test_the_parts_of_a_code_have_names():
    parts = uscc.split("91440300708461136T")

    assert parts == ("9", "1", "440300", "708461136", "T")
    assert uscc.KINDS[parts.authority + parts.kind] == "企业"


def test_a_faulty_organisation_code_can_be_let_through_knowingly():
    number = "914419000000000121"

    with pytest.raises(InvalidOrganisationCode):
        uscc.validate(number)
    assert uscc.validate(number, check_organisation_code=False) == number


def test_a_code_too_short_says_how_short():
    with pytest.raises(InvalidLength) as refusal:
        uscc.validate("9144")

    assert str(refusal.value) == "统一社会信用代码应为18位,现为4位:9144"


def test_an_arabic_indic_figure_is_no_digit_here():
    with pytest.raises(InvalidFormat):
        registration_number.validate("44160200000001\u0667")


@given(st.text("0123456789", min_size=14, max_size=14))
def test_the_check_digit_of_a_registration_number_is_iso_7064_mod_11_10(number):
    assert registration_number.calc_check_digit(number) == iso7064.calc_check_digit(number)


def test_a_registration_number_of_another_length_or_with_letters_is_refused():
    with pytest.raises(InvalidLength):
        registration_number.validate("4416001234567")
    with pytest.raises(InvalidFormat):
        registration_number.validate("44160200000001A")


def test_real_codes_of_a_province_pass_but_for_the_known_few(real_rows):
    faults = Counter()
    with gzip.open(real_rows / "enterprises/guangdong_1978_2003.csv.gz", "rt", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            try:
                uscc.validate(row["uscc"])
            except uscc.InvalidChecksum as fault:
                faults[type(fault).__name__] += 1

    assert faults == {"InvalidOrganisationCode": 8, "InvalidChecksum": 1}


def test_real_registration_numbers_of_a_draw_pass(real_rows):
    with (real_rows / "doubles/zhejiang_2017_drawn_list_check01.csv").open(encoding="utf-8-sig") as file:
        numbers = [row["code"] for row in csv.DictReader(file) if row["code_kind"] == "regno15"]

    assert len(numbers) == 47
    assert all(registration_number.is_valid(number) for number in numbers)
