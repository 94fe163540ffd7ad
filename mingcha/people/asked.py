"""What a request asks for by number (请求中的数): anybody may write anything there, and nothing breaks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LONGEST = 18
"""Digits of which every number fits into a database's whole number."""


def whole(text: object) -> int | None:
    """A whole number of not too many digits; nothing where the text is none.

    >>> whole("2026"), whole("-1"), whole("9" * 5000), whole(None)
    (2026, None, None, None)
    """
    figure = "" if text is None else str(text)
    return int(figure) if figure.isdecimal() and len(figure) <= LONGEST else None


class SeveralRows(forms.ModelMultipleChoiceField):
    """Rows chosen by their keys; a key that no database could hold is of no row."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            message = self.error_messages["invalid_pk_value"]
            raise ValidationError(message, code="invalid_pk_value", params={"pk": "…"}) from None
