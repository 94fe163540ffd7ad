"""Setting up and looking after a site: init, serve, ledger, token."""

import os
import secrets
import sys
from pathlib import Path

import click

from mingcha.cli.frame import actor, answer, as_json, with_site

DEFAULT_PORT = 8000


@click.command()
@click.option("--sample", is_flag=True, help="装入示例城市(自动生成,数据均为虚构)")
@click.option("--subjects", default=30_000, show_default=True, type=click.IntRange(min=100), help="示例检查对象数量")
@click.option("--username", default="sysadmin", show_default=True, help="首个系统管理员账号")
@click.option("--name", default="系统管理员", help="首个系统管理员姓名")
@with_site
def init(sample: bool, subjects: int, username: str, name: str) -> None:
    """建库并初始化;已初始化时只升级表结构,数据不动。"""
    from django.core.management import call_command
    from django.utils import timezone

    from mingcha.people.models import Organization

    call_command("migrate", verbosity=0)
    if Organization.objects.exists():
        click.echo("已初始化,保留现有数据。")
        return
    if sample:
        from mingcha.sample.load import load_sample

        load_sample(subjects=subjects, say=click.echo, at=timezone.now())
        return
    from mingcha.sample.founding import found_heyuan

    password = secrets.token_urlsafe(12) + "-Aa1"
    found_heyuan(username=username, name=name, password=password, at=timezone.now())
    click.echo(f"初始化完成。系统管理员 {username},初始口令 {password}(首次登录须更改,仅显示这一次)。")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="工作进程数")
def serve(host: str, port: int, workers: int) -> None:
    """启动站点。"""
    collect_static()
    click.echo(f"站点地址:http://{host}:{port}/  (按 Ctrl-C 停止)")
    _say_accounts()
    sys.stdout.flush()
    gunicorn = Path(sys.executable).with_name("gunicorn")
    os.execv(  # noqa: S606 - replaces this process by the server from the same environment
        gunicorn,
        [
            str(gunicorn),
            "mingcha.config.wsgi:application",
            f"--bind={host}:{port}",
            f"--workers={workers}",
            "--threads=4",
            "--timeout=300",
            "--log-level=warning",
        ],
    )


def collect_static() -> None:
    """Bring scripts, styles and icons to a home that has none yet; without them every page would be bare."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    if not Path(settings.STATIC_ROOT).is_dir():
        click.echo("整理静态文件 …", err=True)
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["vendor/fonts/*"])


def _say_accounts() -> None:
    """In a sample city, print the ready account of each role."""
    import django

    django.setup()
    from mingcha.sample.accounts import ready_accounts

    for account in ready_accounts():
        click.echo(f"  {account.role_label}\t账号 {account.username}\t口令 {account.password}\t{account.organization}")


@click.group()
def ledger() -> None:
    """全过程留痕:核验与检查点。"""


@ledger.command("verify")
@as_json
@with_site
def ledger_verify(as_json: bool) -> None:
    """逐条核验全过程留痕;发现改动时指出第一条。"""
    from tqdm import tqdm

    from mingcha.ledger.models import LedgerEntry
    from mingcha.ledger.verification import verify

    with tqdm(total=LedgerEntry.objects.count(), desc="核验", unit="条", file=sys.stderr) as bar:
        verdict = verify(progress=lambda done: bar.update(done - bar.n))
    fault = verdict.fault
    facts = {
        "entries": verdict.entries,
        "checkpoints": verdict.checkpoints,
        "fault": {"seq": fault.seq, "why": str(fault.message)} if fault else None,
    }
    good = f"通过:{verdict.entries} 条记录、{verdict.checkpoints} 个检查点,均未被改动。"
    answer(facts, f"不通过:第 {fault.seq} 条记录:{fault.message}" if fault else good, as_json=as_json)
    if fault:
        sys.exit(1)


@ledger.command("checkpoint")
@with_site
def ledger_checkpoint() -> None:
    """签署并打印检查点,可交由外部见证人保存。"""
    from django.utils import timezone

    from mingcha.ledger import keys
    from mingcha.ledger.actions import sign_checkpoint

    signed = sign_checkpoint(at=timezone.now())
    if signed is None:
        raise click.ClickException("尚无记录可签署")
    click.echo(signed.note)
    click.echo(f"验证公钥:{keys.verifier_key()}")


@click.command()
@click.option("--for", "holder", required=True, help="令牌代表的账号")
@click.option("--name", required=True, help="令牌用途")
@click.option("--as", "username", required=True, help="系统管理员账号")
@with_site
def token(holder: str, name: str, username: str) -> None:
    """签发接口令牌(只显示一次)。"""
    from django.utils import timezone

    from mingcha.people import actions
    from mingcha.people.models import Membership

    membership = Membership.objects.get(pk=actor(holder).membership_id)
    click.echo(actions.make_token(membership=membership, name=name, by=actor(username), at=timezone.now()))
