"""What the commands share: starting Django, acting as somebody, saying no in a sentence, showing that work goes on."""

import importlib
import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mingcha.kernel.refusal import Refusal

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from mingcha.people.actors import Actor

Command = Callable[..., Any]
Row = TypeVar("Row", bound="Model")


class Unreadable(click.ClickException):
    """A file is not what the command needs; exit code 2, like wrong usage."""

    exit_code = 2


class Room(click.Group):
    """The commands of one room. Their module needs Django, so it is loaded when one of them is asked for.

    Whatever refuses in there is told in a sentence, with exit code 1.
    """

    def __init__(self, name: str, *, module: str, help: str) -> None:
        super().__init__(name, help=help)
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which the module tells them."""
        self._load()
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command; those that need no site are there already."""
        if cmd_name not in self.commands:
            self._load()
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        with telling_refusals():
            return super().invoke(ctx)

    def _load(self) -> None:
        import django

        django.setup()
        group: click.Group = importlib.import_module(self._module).commands
        self.commands = {**group.commands, **self.commands}


@contextmanager
def telling_refusals() -> Iterator[None]:
    """Speak Chinese, and turn what the site refuses into a sentence and exit code 1."""
    import django

    django.setup()
    from django.core.exceptions import ObjectDoesNotExist, ValidationError
    from django.db import OperationalError, ProgrammingError
    from django.utils import translation

    try:
        with translation.override("zh-hans"):
            yield
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except ValidationError as broken:
        raise click.ClickException(";".join(broken.messages)) from broken
    except ObjectDoesNotExist as missing:
        raise click.ClickException("没有找到,或当前身份无权操作。") from missing
    except (OperationalError, ProgrammingError) as broken:
        raise click.ClickException(f"数据库不可用:{broken}。请先运行 mingcha init,或检查 DATABASE_URL。") from broken


def with_site(command: Command) -> Command:
    """Start Django before the command; turn a refusal into a sentence and exit code 1."""

    @wraps(command)
    def started(*args: Any, **kwargs: Any) -> Any:
        with telling_refusals():
            return command(*args, **kwargs)

    return started


def acting(command: Command) -> Command:
    """Give a command its actor `by`, from the options --as and --organization."""

    @click.option(
        "--as", "username", required=True, envvar="MINGCHA_AS", help="以哪个账号操作(或用环境变量 MINGCHA_AS)"
    )
    @click.option("--organization", default="", help="该账号有多个任职时,以哪个单位(编码)的身份操作")
    @wraps(command)
    def acted(*args: Any, username: str, organization: str, **kwargs: Any) -> Any:
        return command(*args, by=actor(username, organization), **kwargs)

    return acted


as_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON,供程序读取")


def actor(username: str, organization: str = "") -> "Actor":
    """The actor of a command, found by account name and, where it has several memberships, organization.

    Raises:
        click.BadParameter: nobody of that name may act, or not for that organization.
    """
    from mingcha.people import queries
    from mingcha.people.actors import Actor
    from mingcha.people.models import User

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise click.BadParameter(f"没有账号 {username}", param_hint="--as")
    for membership in queries.memberships_of(user):
        if organization in ("", membership.organization.code):
            return Actor.of(membership)
    raise click.BadParameter(f"账号 {username} 在该单位没有任职", param_hint="--as")


def one(rows: "QuerySet[Row]", what: str, **named: object) -> Row:
    """The row of that name among those the actor may see; what is hidden and what is absent sound alike.

    Raises:
        click.ClickException: there is none.
    """
    found = rows.filter(**named).first()
    if found is None:
        name = " ".join(map(str, named.values()))
        raise click.ClickException(f"没有{what} {name},或当前身份无权查看。")
    return found


def answer(facts: Mapping[str, Any] | list[dict[str, Any]], words: str, *, as_json: bool) -> None:
    """Say what was done or found: words for people, or the facts for a program."""
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str) if as_json else words)


def read_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises:
        Unreadable: it is none.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise Unreadable(f"读不了文件 {path}:{fault}") from fault
    except json.JSONDecodeError as fault:
        raise Unreadable(f"{path} 不是 JSON:第 {fault.lineno} 行第 {fault.colno} 列有误") from fault
    except (ValueError, RecursionError) as fault:  # a number or a nesting without end
        raise Unreadable(f"{path} 中有过长的数或过深的嵌套") from fault


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show on stderr that work goes on, and for how long, if it takes more than a second."""
    from tqdm import tqdm

    done = threading.Event()
    with tqdm(desc=what, bar_format="{desc} … {elapsed}", file=sys.stderr, delay=1, leave=False) as bar:

        def tick() -> None:
            while not done.wait(0.5):
                bar.update()

        ticking = threading.Thread(target=tick, daemon=True)
        ticking.start()
        try:
            yield
        finally:
            done.set()
            ticking.join()
