"""What may be made public, corrected and taken back; no database, no clock."""

from __future__ import annotations

from datetime import date

from mingcha.kernel.refusal import Refusal, gettext_noop


class CannotPublish(Refusal):
    """The thing may not be made public, or not by this organization."""


class AlreadyPublished(CannotPublish):
    """It is public already."""


class CannotWithdraw(Refusal):
    """The notice may not be taken back."""


class CannotCorrect(Refusal):
    """There is nothing to correct."""


def check_can_publish(*, is_ready: bool, is_own: bool, is_public: bool) -> None:
    """谁检查、谁录入、谁公开: only what is finished, only by its organization, only once.

    Raises:
        CannotPublish: it is not finished, or another organization's.
        AlreadyPublished: it is public.
    """
    if not is_own:
        raise CannotPublish(gettext_noop("只能公示本单位负责的内容(谁检查、谁录入、谁公开)"))
    if is_public:
        raise AlreadyPublished(gettext_noop("该内容已经公示,无需重复操作"))
    if not is_ready:
        raise CannotPublish(gettext_noop("该内容尚未办结,不能公示"))


def check_can_withdraw(*, is_public: bool, is_own: bool, reason: str) -> None:
    """A notice is taken back with a reason that everybody sees.

    Raises:
        CannotWithdraw: it is not public, another organization's, or there is no reason.
    """
    if not is_own:
        raise CannotWithdraw(gettext_noop("只能撤回本单位的公示"))
    if not is_public:
        raise CannotWithdraw(gettext_noop("该公示已撤回或已更正"))
    if not reason.strip():
        raise CannotWithdraw(gettext_noop("请写明撤回原因,原因将随公示页面保留"))


def check_can_correct(*, is_public: bool, is_own: bool, is_changed: bool) -> None:
    """A correction makes a new version; the former one stays readable.

    Raises:
        CannotCorrect: it is not public, another organization's, or nothing has changed.
    """
    if not is_own:
        raise CannotCorrect(gettext_noop("只能更正本单位的公示"))
    if not is_public:
        raise CannotCorrect(gettext_noop("该公示已撤回或已更正"))
    if not is_changed:
        raise CannotCorrect(gettext_noop("内容没有变化,无需更正"))


def is_late(*, due_on: date | None, on: date) -> bool:
    """Whether something published on a day is late; the mark stays for ever (20 working days)."""
    return due_on is not None and on > due_on
