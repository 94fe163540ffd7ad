"""The settings of the tests: the site's own, in a home of their own, so that no running site's files are touched."""

import os
import tempfile

os.environ["MINGCHA_HOME"] = tempfile.mkdtemp(prefix="mingcha-tests-")
os.environ.setdefault("MINGCHA_SECRET_KEY", "only-for-tests")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread

from mingcha.config.settings import *  # noqa: F403
from mingcha.config.settings import STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# The real hasher is slow on purpose; a test world has many people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
