"""Verification: good bundles are proven; any change anywhere is found and named, even if the ledger was made to fit."""

import gzip
import json
import random
import zipfile
from io import BytesIO

import pytest

import fairdraw
from fairdraw.bundle import PUBLIC
from tests.fairdraw import ceremonies
from tests.fairdraw.ceremonies import KEY

OPEN = next(h for h in (ceremonies.make(n, release="open") for n in range(99)) if h.outcome.teams and len(h.tasks) == 3)
SEALED = next(h for h in (ceremonies.make(n, release="sealed") for n in range(99)) if h.outcome.teams)


def names(report):
    return [check.name for check in report.failed]


@pytest.mark.parametrize("number", range(40))
def test_a_ceremony_held_by_the_rules_is_proven(number):
    held = ceremonies.make(number)

    report = fairdraw.verify_bundle(fairdraw.write_bundle(held.files()), trusted_keys=[str(KEY)])

    assert report.ok, [str(check.refusal) for check in report.failed]
    assert report.whole
    assert report.facts["seed"] == held.outcome.seed
    assert len(report.checks) == 13


def test_the_public_part_of_a_sealed_ceremony_is_proven_and_says_on_whom_the_rest_rests():
    report = fairdraw.verify_bundle(fairdraw.write_bundle(SEALED.files(public=True)), trusted_keys=[str(KEY)])

    assert report.ok
    assert not report.whole
    assert report.facts == {}
    assert "抽样框、种子、抽取结果和检查组由审计方核验并会签:JW 0007, SJ 0007" in map(str, report.rests_on)


def test_the_public_part_holds_nothing_of_frames_strata_or_seed():
    files = SEALED.files(public=True)

    content = b"".join(files.values()).decode(errors="replace")

    assert set(files) <= set(PUBLIC)
    assert SEALED.outcome.seed not in content
    assert not any(unit in content for task in SEALED.tasks for unit, _ in task.frame.lines)
    assert not any(stratum in content for task in SEALED.tasks for stratum in task.frame.counts())


@pytest.mark.parametrize(
    ("organs", "fine"), [(("JW", "SJ"), True), (("JW",), False), (("JW", "JW"), False), ((), False)]
)
def test_two_organs_must_countersign_a_sealed_ceremony(organs, fine):
    report = fairdraw.verify_files(SEALED.files(public=True, countersigned=organs))

    assert names(report) == ([] if fine else ["auditors"])


def test_an_unknown_log_key_is_reported_and_a_wrong_one_refused():
    files = OPEN.files()
    stranger = str(fairdraw.note.Key("log.example.org", 1, bytes(31) + b"\x05"))

    unknown = fairdraw.verify_files(files)
    wrong = fairdraw.verify_files(files, trusted_keys=[stranger])

    assert any(str(told).startswith("日志公钥取自本文件") for told in unknown.rests_on)
    assert names(wrong)[0] == "ledger"


def test_one_changed_byte_in_any_file_is_found_and_the_file_named():
    dice = random.Random(7)
    for held, public in ((OPEN, False), (SEALED, False), (SEALED, True)):
        files = held.files(public=public)
        for name, content in files.items():
            for _ in range(12):
                spoiled = bytearray(content)
                spoiled[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
                report = fairdraw.verify_files(files | {name: bytes(spoiled)})

                assert not report.ok, name
                assert report.exit_code == 1
                said = " ".join(str(check.refusal) for check in report.failed)
                assert name in said or name in ("ledger-proof.json", "statement.json"), said
                assert names(report)[0] in ("statement", "ledger") or name != "ledger-proof.json"


def test_a_missing_or_surplus_file_is_found():
    files = OPEN.files()
    for name in files:
        assert not fairdraw.verify_files({k: v for k, v in files.items() if k != name}).ok, name
    surplus = fairdraw.verify_files(files | {"designs/T9.json": b"{}"})

    assert names(surplus)[:1] == ["release"]
    assert "frames" in names(surplus)


def forged(held, **changes):
    """A bundle whose ledger was written to fit the changed files: what a dishonest office could publish."""
    files = held.files()
    files.pop("ledger-proof.json")
    files |= changes
    return ceremonies.logged(files, held.entries(files, ()))


def test_a_unit_put_on_the_list_by_hand_is_found_in_its_line():
    lines = OPEN.outcome.files["selection.csv"].decode().splitlines()
    unit = lines[2].split(",")[3]
    lines[2] = lines[2].replace(unit, "914416020000000000")

    report = fairdraw.verify_files(forged(OPEN, **{"selection.csv": ("\n".join(lines) + "\n").encode()}))

    assert names(report) == ["selection"]
    [check] = report.failed
    assert (check.difference.member, check.difference.line) == ("selection.csv", 3)
    assert "914416020000000000" in check.difference.found
    assert unit in check.difference.expected


@pytest.mark.parametrize("name", ["selection.csv", "reserves.csv", "teams.csv"])
def test_a_line_taken_off_or_added_is_found(name):
    content = OPEN.outcome.files[name]

    for other in (content[: content.rindex(b"\n", 0, -1) + 1], content + b"x,1,y,drawn\n", content[:-1]):
        report = fairdraw.verify_files(forged(OPEN, **{name: other}))
        assert name.removesuffix(".csv") in names(report)


def test_teams_exchanged_between_two_visits_are_found_although_they_are_just_as_fair():
    lines = OPEN.outcome.files["teams.csv"].decode().splitlines()
    rows = [line.split(",") for line in lines[1:] if line.endswith(",drawn")]
    visits = {visit.visit_id: visit for visit in OPEN.outcome.visits}
    pool = {inspector.inspector_id: inspector for inspector in OPEN.inspectors}

    def swapped(one, other):
        first, second = (visits[row[0]] for row in (one, other))
        return (
            one[0] != other[0]
            and one[2] != other[2]
            and not any(row[0] == other[0] and row[2] == one[2] for row in rows)
            and not any(row[0] == one[0] and row[2] == other[2] for row in rows)
            and fairdraw.is_eligible(pool[other[2]], first.seats[int(one[1]) - 1], first)
            and fairdraw.is_eligible(pool[one[2]], second.seats[int(other[1]) - 1], second)
        )

    one, other = next((a, b) for a in rows for b in rows if swapped(a, b))
    a, b = ",".join(one), ",".join(other)
    exchange = {
        a: ",".join([*one[:2], other[2], "drawn"]),
        b: ",".join([*other[:2], one[2], "drawn"]),
    }
    content = "\n".join(exchange.get(line, line) for line in lines) + "\n"

    report = fairdraw.verify_files(forged(OPEN, **{"teams.csv": content.encode()}))

    assert names(report) == ["teams"]


def test_a_frame_changed_after_the_freeze_is_found():
    task = OPEN.tasks[0]
    frame = fairdraw.Frame(task.frame.lines[1:])

    report = fairdraw.verify_files(forged(OPEN, **{f"frames/{task.number}.tsv.gz": gzip.compress(frame.to_bytes())}))

    assert names(report) == ["frames"]
    assert str(report.failed[0].refusal) == f"任务 {task.number} 与公告不符:frame_digest, strata, total"


def test_a_ratio_changed_after_the_freeze_is_found():
    task = OPEN.tasks[0]
    design = json.loads(fairdraw.jcs(task.design)) | {"reserves": {"ratio": "0.9"}}

    report = fairdraw.verify_files(forged(OPEN, **{f"designs/{task.number}.json": fairdraw.jcs(design)}))

    assert str(report.failed[0].refusal) == f"任务 {task.number} 与公告不符:design_digest"


def test_another_salt_is_found():
    report = fairdraw.verify_files(forged(OPEN, salt=bytes(32)))

    assert names(report) == ["salt"]


def test_an_inspector_added_after_the_freeze_is_found():
    pool = fairdraw.inspectors_to_bytes([*OPEN.inspectors, fairdraw.Inspector("ZZ", "441600SJ", 9)])

    report = fairdraw.verify_files(forged(OPEN, **{"inspectors.jsonl": pool}))

    assert names(report) == ["inspectors"]


def test_a_value_chosen_after_the_commitment_is_found():
    entropy = [OPEN.entropy[0] | {"value": "00"}, OPEN.entropy[1]]

    report = fairdraw.verify_files(forged(OPEN, **{"entropy.json": fairdraw.jcs(entropy)}))

    assert "见证人打开的值与承诺不符:JW-1" in [str(check.refusal) for check in report.failed]


def tried_until_it_pleases(held):
    """What whoever runs the server could do once the witnesses have opened: they know the salt and all values."""
    tries = (ceremonies.with_source(held, fairdraw.Source("os", "system"), bytes([n])) for n in range(1, 256))
    friend = held.outcome.selections[0].selected[0].unit_id
    return next(h for h in tries if friend not in {row.unit_id for row in h.outcome.selections[0].selected})


def test_a_formal_draw_that_the_server_could_choose_is_refuted_with_the_reason():
    formal = next(h for h in map(ceremonies.make, range(99)) if not h.statement["rehearsal"])

    report = fairdraw.verify_files(tried_until_it_pleases(formal).files())

    assert names(report)[0] == "statement"
    assert str(report.failed[0].refusal) == "操作系统随机数只能用于演练"


def test_a_rehearsal_may_use_the_server_beside_witnesses_and_the_report_names_it():
    rehearsal = next(h for h in map(ceremonies.make, range(99)) if h.statement["rehearsal"])

    report = fairdraw.verify_files(tried_until_it_pleases(rehearsal).files())

    assert report.ok
    assert any("os 来源 system" in str(told) for told in report.rests_on)


def test_the_report_names_every_public_source_and_when_it_had_to_be_known():
    held = ceremonies.with_source(OPEN, ceremonies.LOTTERY, b"2.7.11.19.26.33./9./", ceremonies.NUMBERS)

    report = fairdraw.verify_files(held.files())

    assert report.ok
    said = [str(told) for told in report.rests_on]
    assert "lottery 来源 双色球2026030期 的值以所附凭据为准,须在公告之后、见证人打开之前产生" in said
    assert (
        "彩票 双色球2026030期 的号码 19 7 33 11 2 26 + 9 由 0007、0012 各自录入,请与公布的核对:"
        "中国福利彩票发行管理中心公告" in said
    )


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (lambda entries: [entries[1], entries[0], *entries[2:]], "ledger"),
        (lambda entries: entries[1:], "ledger"),
        (lambda entries: [entries[0] | {"subject": "D4416002026999"}, *entries[1:]], "ledger"),
        (lambda entries: [entries[0] | {"facts": {"statement_digest": "00" * 32}}, *entries[1:]], "commitment"),
        (lambda entries: [entries[0], entries[1] | {"facts": {"entropy_digest": "x"}}, *entries[2:]], "entropy"),
        (lambda entries: [*entries, entries[-1]], "release"),
        (lambda entries: entries[:-1], "release"),
        (lambda entries: [*entries[:-1], entries[-1] | {"facts": {"members": None}}], "release"),
    ],
)
def test_a_ledger_that_tells_another_story_is_found(change, failed):
    files = OPEN.files()
    files.pop("ledger-proof.json")

    report = fairdraw.verify_files(ceremonies.logged(files, change(OPEN.entries(files, ()))))

    assert names(report)[0] == failed


def test_another_result_in_the_ledger_is_found():
    files = OPEN.files()
    entries = OPEN.entries(files, ())
    entries[1]["facts"]["result_root"] = "00" * 32

    report = fairdraw.verify_files(ceremonies.logged(files, entries))

    assert names(report) == ["result"]


def test_a_shortage_of_inspectors_is_proven_not_believed():
    short = next(h for h in map(ceremonies.make, range(99)) if h.outcome.shortage)

    honest = fairdraw.verify_files(short.files())
    invented = fairdraw.verify_files({n: c for n, c in OPEN.files().items() if n != "teams.csv"})

    assert honest.ok
    assert any("只能由这" in str(told) for told in honest.notes)
    assert "teams" in names(invented)


def shaken(value, dice):
    """A JSON value in which something somewhere is of another kind."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = dice.choice(sorted(value))
        return value | {key: shaken(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        place = dice.randrange(len(value))
        return [*value[:place], shaken(value[place], dice), *value[place + 1 :]]
    return dice.choice([None, True, -1, 2**53 - 1, "", "x", "0" * 64, [], {}, [[]], {"a": {}}, ["x"]])


@pytest.mark.parametrize("name", ["statement.json", "entropy.json", "ledger-proof.json", "designs", "inspectors.jsonl"])
def test_whatever_stands_in_a_file_the_answer_is_a_report(name):
    dice = random.Random(name)
    files = SEALED.files()
    member = next(m for m in files if m.startswith(name))
    for _ in range(150):
        end = b"\n" if member.endswith("jsonl") else b""
        content = fairdraw.jcs(shaken(json.loads(files[member].split(b"\n")[0]), dice)) + end

        report = fairdraw.verify_files(files | {member: content})

        assert not report.ok or content == files[member]


@pytest.mark.parametrize("number", range(150))
def test_an_office_that_commits_to_nonsense_gets_a_report_and_no_crash(number):
    """A design shaken before the freeze, a statement and a ledger that fit it: refused, or drawn as it says."""
    dice = random.Random(number)
    task, files = OPEN.tasks[0], OPEN.files()
    design = fairdraw.jcs(shaken(json.loads(fairdraw.jcs(task.design)), dice))
    statement = json.loads(fairdraw.jcs(OPEN.statement))
    statement["tasks"][0]["design_digest"] = fairdraw.digest(design, OPEN.suite)
    files |= {f"designs/{task.number}.json": design, "statement.json": fairdraw.jcs(statement)}
    entries = OPEN.entries(files, ())
    entries[0]["facts"]["statement_digest"] = fairdraw.digest(files["statement.json"], OPEN.suite)

    report = fairdraw.verify_files(ceremonies.logged(files, entries))

    assert not report.ok or design == fairdraw.jcs(task.design)


def test_what_is_not_a_bundle_is_unreadable():
    good = fairdraw.write_bundle(OPEN.files())
    twice = BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("salt", b"1")
        archive.filelist.append(archive.filelist[0])
    stray = BytesIO()
    with zipfile.ZipFile(stray, "w") as archive:
        archive.writestr("../salt", b"1")

    for content in (b"", b"PK", good[:-30], twice.getvalue(), stray.getvalue()):
        with pytest.raises(fairdraw.Unreadable):
            fairdraw.verify_bundle(content)


def packed(files, **marks):
    """A ZIP of these files as anyone may pack it: `marks` are what its entries say of themselves."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            for mark, value in marks.items():
                setattr(entry, mark, value)
            archive.writestr(entry, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "marks",
    [
        {"date_time": (2026, 3, 2, 9, 0, 0)},
        {"create_system": 0},
        {"external_attr": 0o100755 << 16},
        {"comment": b"seen"},
        {"extra": b"\xfe\xca\0\0"},
        {"compress_type": zipfile.ZIP_DEFLATED},
    ],
    ids=str,
)
def test_the_same_files_marked_otherwise_are_no_bundle(marks):
    files = dict(sorted(OPEN.files().items()))

    assert fairdraw.read_bundle(packed(files)) == files
    with pytest.raises(fairdraw.Unreadable, match="不是按规程打包的"):
        fairdraw.read_bundle(packed(files, **marks))


def test_bytes_around_the_files_and_another_order_are_no_bundle():
    files = dict(sorted(OPEN.files().items()))
    good, backwards = packed(files), packed(dict(reversed(files.items())))

    for content in (b"MZ" + good, good[:-2] + b"\1\0!", backwards):
        with pytest.raises(fairdraw.Unreadable, match="不是按规程打包的"):
            fairdraw.read_bundle(content)


def test_the_same_files_make_the_same_bytes():
    files = OPEN.files()

    assert fairdraw.write_bundle(files) == fairdraw.write_bundle(dict(reversed(files.items())))
    assert fairdraw.read_bundle(fairdraw.write_bundle(files)) == files
    with pytest.raises(fairdraw.Unreadable):
        fairdraw.write_bundle({"notes.txt": b""})


def test_every_firm_can_be_shown_its_own_leaf():
    root, suite = SEALED.outcome.result["root"], SEALED.suite
    task = SEALED.tasks[0]
    drawn = {row.unit_id for row in SEALED.outcome.selections[0].selected}
    for unit, stratum in task.frame.lines[:10]:
        shown = fairdraw.leaf_proof(
            SEALED.tasks,
            SEALED.outcome.selections,
            task=task.number,
            unit_id=unit,
            seed=SEALED.outcome.seed,
            salt=SEALED.salt,
            suite=suite,
        )

        assert fairdraw.verify_leaf(shown, root=root, suite=suite)
        assert (shown["leaf"]["drawn"], shown["leaf"]["stratum"]) == (unit in drawn, stratum)
        lie = shown | {"leaf": shown["leaf"] | {"drawn": unit not in drawn}}
        assert not fairdraw.verify_leaf(lie, root=root, suite=suite)
        assert not fairdraw.verify_leaf(shown | {"index": shown["index"] + 1}, root=root, suite=suite)
        for spoiled in (
            {"leaf": shown["leaf"] | {"more": 1}},
            {"leaf": None},
            {"proof": 1},
            {"index": "0"},
            {"size": 1},
        ):
            assert not fairdraw.verify_leaf(shown | spoiled, root=root, suite=suite)


def test_a_unit_that_is_not_in_the_frame_has_no_leaf():
    with pytest.raises(fairdraw.NoSuchUnit, match="不在任务"):
        fairdraw.leaf_proof(
            SEALED.tasks,
            SEALED.outcome.selections,
            task=SEALED.tasks[0].number,
            unit_id="nobody",
            seed=SEALED.outcome.seed,
            salt=SEALED.salt,
            suite=SEALED.suite,
        )


def test_other_entries_of_the_ceremony_may_stand_in_the_proof():
    files = OPEN.files()
    freeze = {"act": "ceremony.freeze", "subject": OPEN.statement["ceremony"], "facts": {}}

    report = fairdraw.verify_files(ceremonies.logged(files, [freeze, *OPEN.entries(files, ())]))

    assert report.ok
