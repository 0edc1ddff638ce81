"""Entrance for the live server: event streams only; pages and API go through ``wsgi``."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dreiklang.config.settings")
django.setup()

from dreiklang.web.live.application import Live  # noqa: E402

application = Live()
