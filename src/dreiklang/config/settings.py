"""Settings of the desk, read from the environment once. ``docs/operators.md`` lists the variables for operators."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from dreiklang.console import cluster
from dreiklang.kernel.keyfiles import key_from

SOURCE = Path(__file__).resolve().parent.parent
HOME = Path(cluster.home())

FILES_ROOT = HOME / "files"
#: Mails of mailboxes without an outgoing server become files in <home>/outbox instead of waiting: the demo's way.
OUTBOX_FILES = os.environ.get("DREIKLANG_OUTBOX", "") == "files"
SECRET_KEY_FILE = HOME / "keys" / "secrets.key"


def _session_key() -> str:
    """The key that signs sessions and links: from the environment, or made once and kept in the home."""
    if given := os.environ.get("DREIKLANG_SECRET_KEY"):
        return given
    return key_from(HOME / "keys" / "django.key", lambda: secrets.token_urlsafe(64).encode()).decode()


SECRET_KEY = _session_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("DREIKLANG_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_FAILURE_VIEW = "dreiklang.web.errors.out_of_date"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DREIKLANG_ORIGINS", "").split(",") if o]
CURRENCY = os.environ.get("DREIKLANG_CURRENCY", "EUR")
PUBLIC_URL = os.environ.get("DREIKLANG_URL", "http://localhost:8010").rstrip("/")
#: Calls of the API in a minute with one token; an account has twice, an address five times as many. 0: no limit.
API_CALLS_PER_MINUTE = int(os.environ.get("DREIKLANG_API_CALLS", "1200"))
#: Opens /metrics; empty: only calls from the machine itself.
METRICS_TOKEN = os.environ.get("DREIKLANG_METRICS_TOKEN", "")
LIVE_URL = os.environ.get("DREIKLANG_LIVE_URL", "")  # empty: same host, next port

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "dreiklang.kernel",
    "dreiklang.calendars",
    "dreiklang.accounts",
    "dreiklang.organizations",
    "dreiklang.teams",
    "dreiklang.identities",
    "dreiklang.skills",
    "dreiklang.assets",
    "dreiklang.knowledge",
    "dreiklang.tickets",
    "dreiklang.sla",
    "dreiklang.automation",
    "dreiklang.approvals",
    "dreiklang.escalation",
    "dreiklang.catalog",
    "dreiklang.communication",
    "dreiklang.routines",
    "dreiklang.shifts",
    "dreiklang.channels",
    "dreiklang.channels.mail.outbound",
    "dreiklang.channels.monitoring",
    "dreiklang.channels.telephony",
    "dreiklang.channels.chat",
    "dreiklang.channels.messengers",
    "dreiklang.channels.fax",
    "dreiklang.channels.webhooks",
    "dreiklang.channels.push",
    "dreiklang.exchange",
    "dreiklang.training",
    "dreiklang.assistance",
    "dreiklang.web",
    "dreiklang.api",
]

MIDDLEWARE = [
    "dreiklang.api.measuring.measured",
    "django.middleware.security.SecurityMiddleware",
    "dreiklang.web.middleware.content_security",
    "dreiklang.api.answers.as_problems",
    "dreiklang.web.middleware.readable_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dreiklang.web.middleware.actor_and_language",
    "dreiklang.web.middleware.refusals",
    "dreiklang.api.rates.limited",
    "dreiklang.api.repeating.once",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "dreiklang.config.urls"
WSGI_APPLICATION = "dreiklang.config.wsgi.application"
ASGI_APPLICATION = "dreiklang.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": ["dreiklang.web.typesetting.Loader"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dreiklang.web.context.house",
            ],
        },
    }
]

DATABASES = {"default": cluster.database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "accounts.Account"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # sign-in names are unique whatever their case, by a constraint on Lower(login)
AUTHENTICATION_BACKENDS = ["dreiklang.accounts.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["dreiklang.accounts.backends.Argon2"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
if os.environ.get("DREIKLANG_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "en"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("DREIKLANG_TIMEZONE", "Europe/Berlin")

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("DREIKLANG_LOG", "WARNING")},
}
