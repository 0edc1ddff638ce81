"""Where providers are asked, for what, and how their answers read. Pure.

Sources: RFC 6749 (authorisation code, client credentials), RFC 7636 (PKCE), RFC 8628 (device), RFC 7523 (signed
assertions, as Google's service accounts use them), RFC 7628 (OAUTHBEARER), and the providers' own pages for XOAUTH2.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MICROSOFT: Final = "microsoft"
GOOGLE: Final = "google"
OTHER: Final = "other"
CODE: Final = "code"
DEVICE: Final = "device"
CLIENT: Final = "client"

_MICROSOFT_AT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"
_MICROSOFT_SCOPES = (
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/POP.AccessAsUser.All "
    "https://outlook.office.com/SMTP.Send offline_access"
)
_GOOGLE_SCOPE = "https://mail.google.com/"
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: A token is renewed this long before it ends, so that it does not end while a server looks at it.
EARLY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked, and for what."""

    authorize: str
    token: str
    device: str
    scope: str


def endpoints_of(provider: str, flow: str, *, tenant: str, own: Endpoints) -> Endpoints:
    """The addresses of a provider; those of one's own provider are what was typed."""
    if provider == MICROSOFT:
        at = _MICROSOFT_AT.format(tenant=quote(tenant or "organizations", safe=""))
        scope = "https://outlook.office365.com/.default" if flow == CLIENT else _MICROSOFT_SCOPES
        return Endpoints(f"{at}authorize", f"{at}token", f"{at}devicecode", scope)
    if provider == GOOGLE:
        return Endpoints(
            "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "", _GOOGLE_SCOPE
        )
    return own


def is_usable(url: str) -> bool:
    """Whether a secret may be sent there: TLS, or this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        return False
    if parts.username or parts.password or parts.fragment or not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "::1", "localhost"})


def address_to_ask(
    endpoints: Endpoints, *, provider: str, client_id: str, redirect: str, state: str, verifier: str, login: str
) -> str:
    """Where the administrator's browser goes to give the permission (RFC 6749 §4.1.1 with PKCE)."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect,
        "scope": endpoints.scope,
        "state": state,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
        "login_hint": login,
        "prompt": "select_account" if provider == MICROSOFT else "consent",
    }
    if provider == GOOGLE:
        asked["access_type"] = "offline"
    return f"{endpoints.authorize}{'&' if '?' in endpoints.authorize else '?'}{urlencode(asked)}"


def _challenge(verifier: str) -> str:
    return _urlsafe(hashlib.sha256(verifier.encode()).digest())


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def for_code(code: str, *, redirect: str, verifier: str) -> dict[str, str]:
    """What the token endpoint is told to turn a code into tokens."""
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}


def for_device(device_code: str) -> dict[str, str]:
    """What the token endpoint is told while somebody types the code elsewhere."""
    return {"grant_type": _DEVICE_GRANT, "device_code": device_code}


def for_refresh(refresh_token: str, scope: str) -> dict[str, str]:
    """What the token endpoint is told when a token has ended."""
    return {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": scope}


def for_client(scope: str) -> dict[str, str]:
    """What the token endpoint is told where the desk signs in as itself."""
    return {"grant_type": "client_credentials", "scope": scope}


def for_service_account(key: str, *, scope: str, mailbox: str, now: datetime) -> dict[str, str]:
    """The same for Google: an assertion signed with the service account's key, for one mailbox of the domain.

    ``key``: the JSON file that Google gives out. Raises ValueError if it is none.
    """
    try:
        said = json.loads(key)
        private = serialization.load_pem_private_key(str(said["private_key"]).encode(), None)
        issuer, audience = (
            str(said["client_email"]),
            str(said.get("token_uri") or "https://oauth2.googleapis.com/token"),
        )
    except (ValueError, KeyError, TypeError) as wrong:
        raise ValueError("not a service account's key") from wrong
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")
    issued = int(now.timestamp())
    claims = {"iss": issuer, "sub": mailbox, "scope": scope, "aud": audience, "iat": issued, "exp": issued + 3_600}
    head = _urlsafe(json.dumps({"alg": "RS256", "typ": "JWT"}).encode())
    signed = f"{head}.{_urlsafe(json.dumps(claims).encode())}"
    signature = _urlsafe(private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))
    return {"grant_type": _ASSERTION_GRANT, "assertion": f"{signed}.{signature}"}


@dataclass(frozen=True, slots=True)
class Granted:
    """Tokens, and until when the first one holds; `refresh` is empty where the old one stays."""

    access: str
    refresh: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there are none: a literal of ours, and the provider's words for who looks after it."""

    reason: str
    words: str

    @property
    def is_for_good(self) -> bool:
        """Trying again helps nothing until somebody acts."""
        return self.reason in {"consent_gone", "client_wrong", "declined", "not_permitted"}


_REASONS = {
    "invalid_grant": "consent_gone",
    "interaction_required": "consent_gone",
    "consent_required": "consent_gone",
    "login_required": "consent_gone",
    "invalid_client": "client_wrong",
    "unauthorized_client": "client_wrong",
    "invalid_scope": "not_permitted",
    "access_denied": "declined",
    "authorization_declined": "declined",
    "expired_token": "code_ended",
    "bad_verification_code": "code_ended",
    "authorization_pending": "pending",
    "slow_down": "slow_down",
}


def answer_of(status: int, said: dict[str, Any], now: datetime) -> Granted | Refused:
    """The token endpoint's answer (RFC 6749 §5)."""
    access = said.get("access_token")
    if status == 200 and isinstance(access, str) and access and access.isascii() and access.isprintable():
        seconds = said.get("expires_in")
        try:
            lasting = max(60, min(int(seconds), 90_000)) if seconds is not None else 3_600
        except (TypeError, ValueError):
            lasting = 3_600
        refresh = said.get("refresh_token")
        return Granted(access, refresh if isinstance(refresh, str) else "", now + timedelta(seconds=lasting))
    error = str(said.get("error") or "")
    words = " ".join(str(said.get("error_description") or error or f"HTTP {status}").split())[:300]
    return Refused(_REASONS.get(error, "no_answer" if status >= 500 or not error else "not_permitted"), words)


def xoauth2(user: str, token: str) -> bytes:
    """What Microsoft and Google want to see in AUTH XOAUTH2."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def oauthbearer(user: str, token: str, *, host: str, port: int) -> bytes:
    """The same by the standard (RFC 7628 §3.1)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01".encode()
