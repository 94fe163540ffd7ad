"""The settings of the tests: the site's own, in the home that tests/home.py made."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread

from mingcha.config.settings import *  # noqa: F403
from mingcha.config.settings import STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# The real hasher is slow on purpose; a test world has many people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
