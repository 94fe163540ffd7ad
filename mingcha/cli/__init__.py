"""The `mingcha` command (命令行): the chain of the year's work without a browser, for scripts and closed rooms.

Exit codes: 0 done, 1 refused or a check failed, 2 wrong usage or a file that cannot be read.
`mingcha verify` and `mingcha draw commitment` need neither database nor settings.
"""

import gettext
import os
from pathlib import Path
from typing import Any

import click

from mingcha.cli import site, verify, witness
from mingcha.cli.frame import Room

DRAW = Room("draw", module="mingcha.cli.draws", help="摇号场次:筹备、承诺、固化、抽取、会签、公开。")
DRAW.add_command(witness.commitment)
ROOMS = (
    Room("import", module="mingcha.cli.imports", help="导入:检查对象、检查人员、抽查事项。"),
    Room("item-list", module="mingcha.cli.item_lists", help="随机抽查事项清单:起草、发布、查看。"),
    Room("group", module="mingcha.cli.groups", help="检查小组:组建、查看、解散。"),
    Room("plan", module="mingcha.cli.plans", help="抽查计划:编制、测算、报送、审核、下达。"),
    DRAW,
    Room("visit", module="mingcha.cli.visits", help="检查:生成、到场、完毕。"),
    Room("seat", module="mingcha.cli.seats", help="检查组席位:查看、锁定后按程序递补。"),
    Room("result", module="mingcha.cli.results", help="检查结果:录入、提交、审核。"),
    Room("publish", module="mingcha.cli.publish", help="公示:清单、计划、任务、抽取、结果。"),
    Room("export", module="mingcha.cli.exports", help="导出:名录、计划、抽取名单、检查、结果。"),
)


gettext.bindtextdomain("click", str(Path(__file__).with_name("locale")))
gettext.textdomain("click")


class Chinese(click.Group):
    """A command whose library speaks Chinese too, whatever the language of the terminal."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        former = os.environ.get("LANGUAGE")
        os.environ["LANGUAGE"] = "zh_CN"
        try:
            return super().main(*args, **kwargs)
        finally:
            if former is None:
                del os.environ["LANGUAGE"]
            else:
                os.environ["LANGUAGE"] = former


@click.group(cls=Chinese, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="mingcha", message="%(prog)s %(version)s", help="显示版本。")
def main() -> None:
    """明察:“双随机、一公开”监管平台的命令行工具。

    业务命令用 --as 指明以哪个账号操作,权限与网页相同。退出码:0 完成,1 被拒绝或核验不通过,2 用法有误或文件无法读取。
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingcha.config.settings")


main.add_command(site.init)
main.add_command(site.serve)
main.add_command(site.ledger)
main.add_command(site.token)
for room in ROOMS:
    main.add_command(room)
main.add_command(verify.verify)
