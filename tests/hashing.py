"""Argon2 with small parameters: the same code path, quick enough for hundreds of tests."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with the least time and memory it allows."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
