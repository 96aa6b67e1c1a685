"""The product's settings with a data folder of their own; nothing of the developer's environment leaks in.

``TEST_DATABASE_URL`` chooses the database; ``python -m tests.postgres`` sets it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for name in [name for name in os.environ if name.startswith("QISONG_") or name == "DATABASE_URL"]:
    del os.environ[name]

DATA = Path(tempfile.mkdtemp(prefix="qisong-tests-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["QISONG_DATA"] = str(DATA)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")

from qisong.config.settings import *  # noqa: E402, F403 - the environment above must be in place first
from qisong.config.settings import DATABASES  # noqa: E402

# Strong hashing is a second of every sign-in and shows nothing that one test of the default does not.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server and the verbs' locks then meet the connections they meet in the field.
    # Nothing is lost by not flushing it: tests of power cuts open databases of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
