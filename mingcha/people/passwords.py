"""Password rules beyond Django's own (口令规则; GB/T 22239-2019 8.1.4.1)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


class ThreeKindsOfCharacters:
    """A password must mix at least three of: lower case, upper case, digits, signs."""

    def validate(self, password: str, user: object = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("口令须包含大写字母、小写字母、数字、符号中的至少三种")
