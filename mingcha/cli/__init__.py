"""The `mingcha` command (命令行): the chain of the year's work without a browser, for scripts and closed rooms.

Exit codes: 0 done, 1 refused or a check failed, 2 wrong usage or a file that cannot be read.
`mingcha verify` needs neither database nor settings.
"""

import os

import click

from mingcha.cli import site, verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="mingcha", message="%(prog)s %(version)s")
def main() -> None:
    """明察:“双随机、一公开”监管平台的命令行工具。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingcha.config.settings")


main.add_command(site.init)
main.add_command(site.serve)
main.add_command(site.ledger)
main.add_command(site.token)
main.add_command(verify.verify)
