"""What the commands share: starting Django, acting as somebody, saying no in a sentence."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from mingcha.kernel.refusal import Refusal

if TYPE_CHECKING:
    from mingcha.people.actors import Actor

Command = Callable[..., Any]


def with_site(command: Command) -> Command:
    """Start Django before the command; turn a refusal into a sentence and exit code 1."""

    @wraps(command)
    def started(*args: Any, **kwargs: Any) -> Any:
        import django

        django.setup()
        from django.core.exceptions import ValidationError
        from django.db import OperationalError
        from django.utils import translation

        translation.activate("zh-hans")
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except ValidationError as broken:
            raise click.ClickException(";".join(broken.messages)) from broken
        except OperationalError as broken:
            raise click.ClickException(
                f"数据库不可用:{broken}。请先运行 mingcha init,或检查 DATABASE_URL。"
            ) from broken

    return started


acting = click.option(
    "--as", "username", required=True, envvar="MINGCHA_AS", help="以哪个账号的身份操作(也可用环境变量 MINGCHA_AS)"
)
in_role = click.option("--organization", default="", help="该账号有多个任职时,以哪个单位(编码)的身份操作")


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
