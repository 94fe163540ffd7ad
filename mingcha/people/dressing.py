"""How the controls of forms look: the design system's classes, given in one place."""

from typing import Any

from django import forms


def dress(form: forms.BaseForm) -> None:
    """Give every control its class; those that have one keep it, and lists of boxes need none."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.RadioSelect | forms.HiddenInput):  # a list of boxes is a RadioSelect too
            continue
        if isinstance(widget, forms.CheckboxInput):
            kind = "form-check-input"
        else:
            kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs.setdefault("class", kind)


class Dressed(forms.Form):
    """A form whose controls look like the rest of the site; one that adds fields afterwards calls `dress` itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
