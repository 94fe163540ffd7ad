"""The verifier on the public page: bundles of the site and of other ceremonies, and tampered ones.

Nothing is sent: the fixture `page` watches every request, and the page reads files from the visitor's disk.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import fairdraw
from mingcha.draws import actions as draws
from mingcha.draws import queries
from tests import draws_world
from tests import world as worlds
from tests.fairdraw import ceremonies

ASSETS = Path(draws.__file__).resolve().parents[2] / "publication" / "static" / "publication"
RANDOMNESS = json.loads((ASSETS.parents[3] / "spec" / "vectors" / "randomness.json").read_text(encoding="utf-8"))
PROVEN = "已证明:用公开的材料重新抽取,得到的名单一字不差。"
SEALED_PROVEN = "公开部分已证明;名单按规定密封,由审计人员核验并会签。"
FAILED = "核验未通过:下面带 ✗ 的检查不成立。请保存此文件,并向主办单位或监督单位反映。"
HELD = [ceremonies.make(number) for number in range(40)]
OPEN = next(h for h in HELD if h.statement["release"] == "open" and h.outcome.teams and len(h.tasks) == 3)
SEALED = next(h for h in HELD if h.statement["release"] == "sealed" and h.outcome.teams)
SM3 = next(h for h in HELD if h.suite == "SM3")
WITH_BURDEN = next(h for h in HELD if any(task.burden for task in h.tasks))
IN_BATCHES = next(h for h in HELD if h.outcome.teams and any("batches" in task.design for task in h.tasks))


@pytest.fixture
def verifier(live_server, page):
    page.goto("/verify/")
    expect(page.get_by_label("选择档案包文件")).to_be_visible()
    return page


def give(page, content: bytes | dict[str, bytes]) -> None:
    """Choose a bundle from disk."""
    bundle = content if isinstance(content, bytes) else fairdraw.write_bundle(content)
    page.get_by_label("选择档案包文件").set_input_files(
        {"name": "bundle.zip", "mimeType": "application/zip", "buffer": bundle}
    )


def verdict(page):
    return page.locator("#verdict")


def failed(page) -> list[str]:
    return page.locator("#checks .check-bad").all_inner_texts()


def test_anyone_verifies_an_open_ceremony_of_the_site(ledger_can_be_emptied, live_server, page, axe, shot):
    city = worlds.build()
    ceremony = draws_world.draw(city, [draws_world.issue_and_staff(city).joint])
    draws.release(ceremony=ceremony, by=city["market"], at=city.now)
    ceremony.refresh_from_db()

    page.goto(f"/verify/?ceremony={ceremony.number}")
    page.get_by_role("button", name=f"核验“{ceremony.title}”").click()

    expect(verdict(page)).to_have_text(PROVEN)
    expect(page.locator("#facts")).to_contain_text(ceremony.seed)
    expect(page.locator("#rests")).to_contain_text("日志公钥与本站公布的相同")
    assert failed(page) == []
    axe(page)
    shot(page, "public-verified", full_page=True)


def test_a_sealed_ceremony_is_proven_as_far_as_it_is_public_and_whole_to_its_auditors(
    ledger_can_be_emptied, live_server, page, axe, shot
):
    city = worlds.build()
    ceremony = draws_world.hold_ceremony(city).ceremony
    draws_world.countersign(city, ceremony)
    draws.release(ceremony=ceremony, by=city["market"], at=city.now)
    ceremony.refresh_from_db()
    page.goto("/verify/")

    give(page, queries.bundle_bytes(ceremony))
    expect(verdict(page)).to_have_text(SEALED_PROVEN)
    expect(page.locator("#rests")).to_contain_text("抽样框、种子、抽取结果和检查组由审计方核验并会签")
    expect(page.locator("#checks li")).to_have_count(6)
    assert ceremony.seed not in page.content()
    axe(page)
    shot(page, "public-verified-sealed", full_page=True)

    give(page, queries.bundle_bytes(ceremony, for_auditors=True))
    expect(verdict(page)).to_have_text(PROVEN)
    expect(page.locator("#facts")).to_contain_text(ceremony.seed)


@pytest.mark.parametrize(
    "held", [OPEN, SEALED, SM3, WITH_BURDEN, IN_BATCHES], ids=["open", "sealed", "SM3", "burden", "batches"]
)
def test_whole_bundles_are_proven_with_what_python_finds(verifier, held):
    give(verifier, held.files())

    expect(verdict(verifier)).to_have_text(PROVEN)
    for fact in (held.outcome.seed, held.outcome.result["root"], held.outcome.result_digest(held.suite)):
        expect(verifier.locator("#facts")).to_contain_text(fact)


def test_all_kinds_of_ceremonies_are_proven(verifier):
    for held in HELD[:20]:
        give(verifier, held.files())
        expect(verifier.locator("#facts")).to_contain_text(held.outcome.seed)
        expect(verdict(verifier)).to_have_text(PROVEN)


CHANGES = [
    # member, what is said
    (
        "statement.json",
        ["抽取公告与日志中的摘要不符", "JSON 不是规范形式", "不是有效的 JSON", "抽取公告", "不是小写十六进制"],
    ),
    ("ledger-proof.json", ["存证", "检查点", "base64", "JSON", "十六进制", "公钥"]),
    ("entropy.json", ["entropy.json"]),
    ("salt", ["盐值与公告的承诺不符"]),
    ("designs/T4416002026001.json", ["designs/T4416002026001.json"]),
    ("frames/T4416002026001.tsv.gz", ["frames/T4416002026001.tsv.gz"]),
    ("inspectors.jsonl", ["检查人员名单与公告不符"]),
    ("selection.csv", ["selection.csv 第"]),
    ("reserves.csv", ["reserves.csv 第"]),
    ("teams.csv", ["teams.csv"]),
]


@pytest.mark.parametrize(("member", "said"), CHANGES, ids=[member for member, _ in CHANGES])
def test_one_changed_byte_is_refused_with_the_reason(verifier, member, said):
    files = OPEN.files()
    spoiled = bytearray(files[member])
    spoiled[len(spoiled) // 2] ^= 1

    give(verifier, files | {member: bytes(spoiled)})

    expect(verdict(verifier)).to_have_text(FAILED)
    words = " ".join(failed(verifier))
    assert any(part in words for part in said), words


def test_a_changed_byte_of_the_file_itself_makes_it_unreadable(verifier):
    bundle = bytearray(fairdraw.write_bundle(OPEN.files()))
    bundle[bundle.index(b"task,stratum,rank") + 3] ^= 1

    give(verifier, bytes(bundle))

    expect(verdict(verifier)).to_contain_text("这个文件无法核验:档案包无法读取:")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(17)], ids=["empty", "text", "cut"])
def test_what_is_no_bundle_is_said_to_be_none(verifier, content):
    give(verifier, content)

    expect(verdict(verifier)).to_contain_text("这个文件无法核验")


def forged(held, **changes):
    """A bundle whose ledger was written to fit the changed files: what a dishonest office could publish."""
    files = held.files()
    files.pop("ledger-proof.json")
    files |= changes
    return ceremonies.logged(files, held.entries(files, ()))


def test_a_firm_put_on_the_list_by_hand_is_shown_in_its_line(verifier, axe, shot):
    lines = OPEN.outcome.files["selection.csv"].decode().splitlines()
    unit = lines[2].split(",")[3]
    lines[2] = lines[2].replace(unit, "914416020000000000")

    give(verifier, forged(OPEN, **{"selection.csv": ("\n".join(lines) + "\n").encode()}))

    expect(verdict(verifier)).to_have_text(FAILED)
    [words] = failed(verifier)
    assert "selection.csv 第 3 行不符" in words
    assert "914416020000000000" in words
    assert unit in words
    axe(verifier)
    shot(verifier, "public-refuted", full_page=True)


def test_a_team_changed_by_hand_is_found(verifier):
    lines = OPEN.outcome.files["teams.csv"].decode().splitlines()
    seat = next(n for n, line in enumerate(lines) if line.endswith(",drawn"))
    visit, place, _, kind = lines[seat].split(",")
    lines[seat] = f"{visit},{place},NOBODY,{kind}"

    give(verifier, forged(OPEN, **{"teams.csv": ("\n".join(lines) + "\n").encode()}))

    expect(verdict(verifier)).to_have_text(FAILED)
    [words] = failed(verifier)
    assert f"teams.csv 第 {seat + 1} 行不符" in words
    assert "NOBODY" in words


@pytest.mark.parametrize("organs", [("JW",), ("JW", "JW"), ()], ids=["one", "the same twice", "none"])
def test_a_sealed_bundle_without_two_auditors_is_refused(verifier, organs):
    give(verifier, SEALED.files(public=True, countersigned=organs))

    expect(verdict(verifier)).to_have_text(FAILED)
    assert "至少要有两个单位的审计人员" in " ".join(failed(verifier))


def test_a_key_from_elsewhere_is_held_against_the_bundle_s(verifier):
    verifier.get_by_text("从别处取得了留痕公钥?").click()
    key = verifier.get_by_label("留痕公钥(先填写,再选择文件)")

    key.fill("another.example.org+00000000+AAAA")
    give(verifier, OPEN.files())
    expect(verdict(verifier)).to_have_text(FAILED)
    assert "检查点没有 another.example.org+00000000+AAAA 的有效签名" in " ".join(failed(verifier))

    key.fill(str(ceremonies.KEY))
    give(verifier, OPEN.files())
    expect(verdict(verifier)).to_have_text(PROVEN)
    expect(verifier.locator("#rests")).not_to_contain_text("日志公钥")


def test_a_firm_checks_its_own_leaf(verifier, axe):
    unit, _ = SEALED.tasks[0].frame.lines[0]
    values = {"seed": SEALED.outcome.seed, "salt": SEALED.salt, "suite": SEALED.suite}
    selections = SEALED.outcome.selections
    proof = fairdraw.leaf_proof(SEALED.tasks, selections, task=SEALED.tasks[0].number, unit_id=unit, **values)
    drawn = proof["leaf"]["drawn"]
    verifier.get_by_label("凭据内容").fill(json.dumps(proof))
    verifier.get_by_label("抽取公告中的结果树根").fill(SEALED.outcome.result["root"])
    verifier.get_by_label("摘要算法").first.select_option(SEALED.suite)
    check = verifier.get_by_role("button", name="核对")

    check.click()
    expect(verifier.locator("#leaf-verdict")).to_contain_text(f"属实:{unit}")
    expect(verifier.locator("#leaf-verdict")).to_contain_text("被抽中" if drawn else "没有被抽中")
    axe(verifier)

    proof["leaf"]["drawn"] = not drawn
    verifier.get_by_label("凭据内容").fill(json.dumps(proof))
    check.click()
    expect(verifier.locator("#leaf-verdict")).to_contain_text("不成立")
    verifier.get_by_label("凭据内容").fill("{")
    check.click()
    expect(verifier.locator("#leaf-verdict")).to_contain_text("写法不对")


def test_a_beacon_s_signature_is_said_not_to_be_proven_here(verifier, axe, shot):
    case = next(case for case in RANDOMNESS["values"] if case["details"].get("round") == 2300000)
    source = fairdraw.Source("beacon", "第2300000轮", details=case["details"])
    formal = next(held for held in HELD if not held.statement["rehearsal"])

    give(verifier, ceremonies.with_source(formal, source, bytes.fromhex(case["value"]), case["evidence"]).files())

    expect(verdict(verifier)).to_have_text("其余已证明;信标 第2300000轮 的签名没有在本页证明,请再用命令行核验。")
    expect(verifier.locator("#checks .check-left")).to_contain_text("这里没有证明")
    assert failed(verifier) == []
    axe(verifier)
    shot(verifier, "public-beacon", full_page=True)


def test_a_lottery_s_numbers_and_those_who_entered_them_are_named(verifier):
    held = ceremonies.with_source(OPEN, ceremonies.LOTTERY, b"2.7.11.19.26.33./9./", ceremonies.NUMBERS)

    give(verifier, held.files())

    expect(verdict(verifier)).to_have_text(PROVEN)
    expect(verifier.locator("#rests")).to_contain_text("号码 19 7 33 11 2 26 + 9 由 0007、0012 各自录入")


def test_a_ticket_is_the_one_of_the_specification(verifier):
    verifier.get_by_label("种子").fill("000102030405060708090a0b0c0d0e0f")
    verifier.get_by_label("统一社会信用代码/注册号").fill("914403001922038216")
    verifier.get_by_role("button", name="计算").click()

    expect(verifier.locator("#ticket")).to_have_text("602d76edc3139e74dbc7e9df445671338c29d699615dd976dd39bb195ea22c33")


def test_every_sentence_of_the_scripts_can_be_translated():
    from mingcha.publication.sentences import OWN

    known = {*fairdraw.words.ENGLISH, *OWN}
    said = set()
    for script in sorted(ASSETS.glob("*.js")):
        lines = [line for line in script.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("//")]
        said |= set(re.findall(r'"([^"]*[一-鿿][^"]*)"', "\n".join(lines)))

    assert len(said) > 100
    assert not said - known, "add them to mingcha/publication/sentences.py"
    assert not set(OWN) - said, "no script says these"
