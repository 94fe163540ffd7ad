"""Every command explains itself, and what click says by itself is Chinese too."""

import re
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from mingcha.cli import main

CLICK = Path(click.__file__).parent
OURS = Path(__file__).resolve().parents[2] / "mingcha" / "cli" / "locale" / "zh_CN" / "LC_MESSAGES"


def leaves(group: click.Group, *path: str):
    """Every command with the words that call it."""
    with click.Context(group) as ctx:
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            yield (*path, name), command
            if isinstance(command, click.Group):
                yield from leaves(command, *path, name)


def test_every_command_explains_itself_in_chinese(run):
    for words, command in leaves(main):
        told = run(*words, "-h").stdout

        assert re.search("[一-鿿]", command.get_short_help_str()), f"mingcha {' '.join(words)} says nothing of itself"
        assert told.startswith("用法:"), told


def test_every_option_explains_itself():
    silent = [
        f"mingcha {' '.join(words)} {option.opts[0]}"
        for words, command in leaves(main)
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert not silent, f"give these options a help text: {silent}"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plan", "new"], "错误:缺少选项 '--year'"),
        (["plan", "fly"], "错误:没有命令 fly。"),
        (["plan", "new", "--colour", "red"], "错误:没有选项 --colour。"),
        (["plan", "new", "--year", "soon"], "soon 不是数。"),
        (["plan", "new", "--kind", "ANY"], "ANY 不是可选的值,可选:'DEPARTMENT', 'JOINT'。"),
        (["import", "subjects", "gone.csv"], "文件 gone.csv 不存在。"),
        (["draw", "prepare", "--title", "甲"], "错误:缺少参数 'TASK…'"),
    ],
)
def test_wrong_usage_is_told_in_chinese(run, arguments, sentence):
    assert sentence in run(*arguments, code=2).stderr


def test_the_catalogue_is_compiled_and_translates_what_click_really_says():
    with (OURS / "click.po").open("rb") as written, (OURS / "click.mo").open("rb") as compiled:
        catalogue, used = read_po(written), read_mo(compiled)
    said = "".join(path.read_text(encoding="utf-8") for path in sorted(CLICK.glob("*.py")))

    assert spoken(used) == spoken(catalogue), "run the command at the top of click.po"
    unknown = [text for text in spoken(catalogue) if text.encode("unicode_escape").decode() not in said]
    assert not unknown, f"click does not say this any more: {unknown}"


def spoken(catalogue: Catalog) -> dict[str, str]:
    """Sentence of click → ours."""
    return {_first(message.id): _first(message.string) for message in catalogue if message.id}


def _first(text: str | Sequence[str]) -> str:
    """The sentence itself, or its singular."""
    return text if isinstance(text, str) else text[0]
