"""House rule: every sentence is there in both languages."""

from django.utils import translation
from django.utils.translation import gettext

from scripts import messages


def test_the_english_catalogue_is_complete_and_compiled():
    problems = messages.problems()

    assert not problems, f"{len(problems)} problem(s); run `make messages`, translate, run it again:\n" + "\n".join(
        problems[:40]
    )


def test_the_collector_sees_code_and_pages():
    said = {message.id for message in messages.collected()}

    assert "当前身份无权“%(act)s”" in said, "a sentence of the code"
    assert "跳到正文" in said, "a sentence of a page"


def test_english_is_spoken_when_asked_for():
    with translation.override("en"):
        assert gettext("登录") == "Sign in"
