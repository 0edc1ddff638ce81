"""Settings of the tests: a home of their own, the owner's role (tests make their own database), quick hashing."""

import os

from dreiklang.console import cluster

os.environ.setdefault("DREIKLANG_HOME", str(cluster.home_for("test")))
os.environ["DREIKLANG_DB_ROLE"] = "owner"

from dreiklang.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]

#: A name of its own for every run, so that two runs at once do not meet.
DATABASES["default"]["TEST"] = {"NAME": f"test_dreiklang_{os.getpid()}"}  # noqa: F405

#: Tests of limits set one; the others may call as they like.
API_CALLS_PER_MINUTE = 0
