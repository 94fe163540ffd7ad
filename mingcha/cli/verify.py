"""`mingcha verify`: check a bundle on any machine, without a database."""

import sys
from pathlib import Path

import click

from fairdraw.__main__ import main as fairdraw_main


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--key", "vkey", default="", help="从别处取得的留痕公钥(name+id+base64),核对签名者")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON,供程序读取")
def verify(bundle: Path, vkey: str, as_json: bool) -> None:
    """核验抽取档案包:0 已证实,1 某项不符,2 无法读取。"""
    arguments = ["verify", str(bundle)] + (["--key", vkey] if vkey else []) + (["--json"] if as_json else [])
    sys.exit(fairdraw_main(arguments))
