"""The command line speaks Chinese or English and tells by its exit code."""

import json

import pytest

import fairdraw
from fairdraw.__main__ import main
from tests.fairdraw import ceremonies
from tests.fairdraw.ceremonies import KEY

HELD = next(h for h in (ceremonies.make(n, release="open", suite="SHA-256") for n in range(99)) if h.outcome.teams)


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(fairdraw.write_bundle(HELD.files()))
    return path


def test_a_proven_bundle_exits_with_0_and_says_what_it_could_not_prove(bundle, capsys):
    code = main(["verify", str(bundle)])

    said = capsys.readouterr().out
    assert code == 0
    assert "✓ 重新抽取得到同一名单" in said
    assert "✗" not in said
    assert "日志公钥取自本文件" in said
    assert said.endswith("已证明:整个抽取可以复算,结果一致。\n")


def test_a_refuted_bundle_exits_with_1_and_shows_the_first_differing_line(tmp_path, capsys):
    files = HELD.files()
    files["selection.csv"] = files["selection.csv"].replace(b",1,", b",9,", 1)
    path = tmp_path / "bundle.zip"
    path.write_bytes(fairdraw.write_bundle(files))

    code = main(["--lang", "en", "verify", str(path), "--key", str(KEY)])

    said = capsys.readouterr().out
    assert code == 1
    assert "✗ drawing again gives the same selection" in said
    assert "selection.csv differs in line 2: expected" in said
    assert "the log's key was taken from this file" not in said


@pytest.mark.parametrize("content", [b"not a zip", None])
def test_what_cannot_be_read_exits_with_2(tmp_path, capsys, content):
    path = tmp_path / "bundle.zip"
    if content is not None:
        path.write_bytes(content)

    assert main(["verify", str(path)]) == 2
    assert capsys.readouterr().err


def test_machines_get_json(bundle, capsys):
    main(["verify", str(bundle), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["facts"]["seed"] == HELD.outcome.seed
    assert all(check["why"] is None for check in told["checks"])


def test_tickets_and_seeds_can_be_computed_one_by_one(capsys):
    main(["ticket", "000102030405060708090a0b0c0d0e0f", "91330100799655058B", "--suite", "SM3"])
    salt, statement = bytes(range(32)).hex(), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    main(["seed", "--salt", salt, "--statement-digest", statement, "--entropy", b"heyuan".hex(), "--entropy", "010203"])

    ticket, seed = capsys.readouterr().out.splitlines()
    assert ticket == "69654b066f5efab440b51a9d571cbd26b3058faabf4a2e45885f578e11285736  91330100799655058B"
    assert seed == "d2a016087e4817bbb213f1ffcb8e73aa"


def test_a_salt_that_is_no_hex_is_refused_in_words(capsys):
    assert main(["--lang", "en", "seed", "--salt", "xx", "--statement-digest", "00" * 32, "--entropy", "00"]) == 2
    assert "this is not lowercase hex of the right length: 'xx'" in capsys.readouterr().err
