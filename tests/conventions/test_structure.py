"""House rules of tables and pages."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

PACKAGE = Path(__file__).resolve().parent.parent.parent / "mingcha"
ROOMS = ["ledger", "people", "registers", "plans", "draws", "assignments", "visits", "results", "publication"]
MODELS = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("mingcha.") and not model.__name__.startswith("Historical")
]
LINKS = [
    (model, field)
    for model in MODELS
    for field in model._meta.get_fields()
    if isinstance(field, models.ForeignKey) and field.model is model
]


def room_of(model: type) -> str:
    return model.__module__.split(".")[1]


@pytest.mark.parametrize(("model", "field"), LINKS, ids=[f"{m.__name__}.{f.name}" for m, f in LINKS])
def test_links_point_up_the_list_and_are_protected(model, field):
    here, there = room_of(model), room_of(field.related_model)
    if here == there:
        assert field.remote_field.on_delete in (models.PROTECT, models.CASCADE)
        return
    assert ROOMS.index(there) < ROOMS.index(here), f"{model.__name__}.{field.name} points to a later room"
    assert field.remote_field.on_delete is models.PROTECT
    if not (model.__name__ == "Membership" and field.name == "user"):
        assert field.remote_field.related_name == "+", "another room does not know us"


def test_the_ledger_has_no_links():
    assert not [field for model, field in LINKS if room_of(model) == "ledger"]


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_no_table_has_an_order_of_its_own(model):
    assert not model._meta.ordering, "order explicitly, by something unique"


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_every_table_says_what_it_is(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}("), "give the model a docstring with its official term"


TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
FOREIGN = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)[^>]*>|\son\w+=[\"']|javascript:")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pages_load_nothing_from_elsewhere_and_hold_no_script(path):
    text = path.read_text()

    assert not FOREIGN.search(text), "assets are served by the program"
    assert not INLINE.search(text), "scripts live in static files (content security policy)"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_word_of_a_page_can_be_translated(path):
    """No Chinese outside {% translate %}, {% blocktranslate %} and comments."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", "", path.read_text(), flags=re.S)
    text = re.sub(r"{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    text = text.replace("简体中文", "")  # a language names itself

    assert not re.findall(r"[一-鿿]+", text)
