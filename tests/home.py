"""A home of the tests' own; pytest loads this before Django reads its settings (`addopts` in pyproject.toml).

Tests never touch the database, the keys or the files of a running site.
"""

import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="mingcha-tests-")

os.environ["MINGCHA_HOME"] = HOME
os.environ["MINGCHA_SECRET_KEY"] = "only-for-tests"


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
