"""What a witness does on a machine of their own: make an input and its commitment (承诺). No site, no network."""

import json
import os
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import click

import fairdraw
from mingcha.cli.frame import Unreadable, read_json

LEAST_CHARACTERS = 8
_FIELDS = ("nonce", "value", "commitment")


@click.command()
@click.option("--ceremony", default="", help="场次编号,记入回执")
@click.option("--value", help="随机输入的文字;省略时提示输入,不在屏幕显示")
@click.option(
    "--suite", type=click.Choice(sorted(fairdraw.SUITES)), default="SHA-256", show_default=True, help="场次的算法套件"
)
@click.option(
    "-o", "--receipt", "path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="回执文件"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON,供程序读取")
def commitment(ceremony: str, value: str | None, suite: str, path: Path, as_json: bool) -> None:
    """在本机生成随机前缀和承诺,写成回执文件;不连接站点。

    承诺可以公开并提交(draw commit),回执在打开(draw open)之前不可示人,遗失则本场次作废。
    与见证页下载的回执形式相同,可以互换。
    """
    text = value if value is not None else click.prompt("随机输入(掷骰、抽诗句皆可)", hide_input=True, err=True)
    text = unicodedata.normalize("NFC", text)
    if len(text.strip()) < LEAST_CHARACTERS:
        raise click.BadParameter(f"随机输入至少 {LEAST_CHARACTERS} 个字符", param_hint="--value")
    nonce = secrets.token_bytes(32)
    promised = fairdraw.commit_input(nonce=nonce, value=text.encode(), suite=suite)
    receipt = {"ceremony": ceremony, "suite": suite, "value": text, "nonce": nonce.hex(), "commitment": promised}
    _keep(path, receipt)
    said = {"commitment": promised, "receipt": str(path)}
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else f"承诺 {promised}\n回执已写入 {path},请妥善保管。")


def _keep(path: Path, receipt: Mapping[str, str]) -> None:
    """Write a receipt for its owner's eyes only; a former one is never overwritten."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise click.ClickException(f"{path} 已存在,不会覆盖:它可能是尚未打开的回执。") from there
    except OSError as fault:
        raise Unreadable(f"写不了文件 {path}:{fault.strerror}") from fault
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(receipt, file, ensure_ascii=False, indent=2)


def read_receipt(path: Path, *, ceremony: str) -> dict[str, str]:
    """A receipt made here or on the witness's page.

    Raises:
        Unreadable: it is no receipt.
        click.ClickException: it belongs to another ceremony.
    """
    receipt = read_json(path)
    if not isinstance(receipt, dict) or not all(isinstance(receipt.get(name), str) for name in _FIELDS):
        raise Unreadable(f"{path} 不是回执:应有 {'、'.join(_FIELDS)} 各项")
    if receipt.get("ceremony") not in (None, "", ceremony):
        raise click.ClickException(f"{path} 是场次 {receipt['ceremony']} 的回执,不是 {ceremony} 的。")
    return receipt
