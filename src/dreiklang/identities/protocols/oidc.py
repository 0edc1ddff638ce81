"""OpenID Connect: code flow with PKCE, state and nonce; keys fetched anew when the issuer has changed them."""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from django.utils.translation import gettext as _

from dreiklang.identities.models import Source
from dreiklang.identities.rules import Claim, tokens
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed, Unavailable
from dreiklang.kernel.outgoing import ask, checked_address

#: Seconds for which what an issuer says of itself is taken as known, and at least between two looks at its keys.
KNOWN_FOR, KEYS_AT_MOST_EVERY = 600, 15
WAITS_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser's session keeps while its owner is with the issuer."""

    source_id: int
    state: str
    nonce: str
    verifier: str
    at: float

    def kept(self) -> dict[str, Any]:
        """As the session can keep it."""
        return asdict(self)


@dataclass(slots=True)
class _Issuer:
    about: dict[str, Any]
    read_at: float
    keys: list[dict[str, Any]]
    keys_at: float


_known: dict[tuple[int, int], _Issuer] = {}


def forget() -> None:
    """Forget what issuers said of themselves: for tests of what happens on a fresh start."""
    _known.clear()


def begin(source: Source, back: str) -> tuple[str, Begun]:
    """Where to send the browser, and what its session must keep. Raises Unavailable."""
    begun = Begun(
        source.pk, secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48),
        clock.now().timestamp(),
    )  # fmt: skip
    scopes = " ".join(dict.fromkeys(["openid", *str(source.setting("scopes")).split()]))
    query = urlencode(
        {"response_type": "code", "client_id": source.setting("client_id"), "redirect_uri": back, "scope": scopes,
         "state": begun.state, "nonce": begun.nonce, "code_challenge": tokens.challenge_of(begun.verifier),
         "code_challenge_method": "S256"}, quote_via=quote,
    )  # fmt: skip
    address = _endpoint(about(source), "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{query}", begun


def finish(source: Source, begun: Begun, answer: dict[str, str], back: str) -> tuple[Claim, str]:
    """The claim behind what the browser brought back, and the token that ends the issuer's session later.

    Raises NotAllowed if anything does not fit together, Unavailable if the issuer does not answer.
    """
    fits = begun.source_id == source.pk and secrets.compare_digest(begun.state, answer.get("state", ""))
    if not fits or clock.now().timestamp() - begun.at > WAITS_SECONDS:
        raise NotAllowed(_("This sign-in was not begun in this browser, or too long ago. Please begin again."))
    issuer = about(source)
    named = answer.get("iss")
    if named is not None and named != issuer["issuer"]:
        raise _refused("issuer")
    if named is None and issuer.get("authorization_response_iss_parameter_supported") is True:
        raise _refused("issuer")
    if answer.get("error") or not answer.get("code"):
        sentence = _("“%(source)s” did not let you in (%(why)s).")
        why = "".join(c for c in answer.get("error", "no code") if c.isalnum() or c in "_- ")[:60]
        raise NotAllowed(sentence % {"source": source.name, "why": why}, code="not_let_in")
    token = _redeem(source, issuer, answer["code"], begun.verifier, back)
    claims = _verified(source, token)
    objection = tokens.objection(
        claims, issuer=issuer["issuer"], client_id=source.setting("client_id"), nonce=begun.nonce,
        now=clock.now().timestamp(),
    )  # fmt: skip
    if objection:
        raise _refused(objection)
    return tokens.claim_of(claims), token


def sign_out_address(source: Source, token: str, back: str) -> str:
    """Where the browser ends its session with the issuer, too; empty if the issuer offers none."""
    try:
        address = about(source).get("end_session_endpoint")
        if not isinstance(address, str):
            return ""
        checked_address(address)
    except Unavailable:
        return ""
    query = urlencode(
        {"id_token_hint": token, "client_id": source.setting("client_id"), "post_logout_redirect_uri": back}
    )
    return f"{address}{'&' if '?' in address else '?'}{query}"


def about(source: Source) -> dict[str, Any]:
    """What the issuer says of itself, read at most every ten minutes. Raises Unavailable."""
    return _issuer(source).about


def _issuer(source: Source) -> _Issuer:
    now, key = time.monotonic(), (source.pk, source.version)
    known = _known.get(key)
    if known is None or now - known.read_at > KNOWN_FOR:
        issuer = str(source.setting("issuer"))
        said = _read(source, issuer.rstrip("/") + "/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            sentence = _("The service calls itself “%(other)s”, not “%(issuer)s”: both must be the same.")
            raise Unavailable(
                sentence % {"other": str(said.get("issuer"))[:200], "issuer": issuer}, code="other_issuer"
            )
        known = _Issuer(said, now, _keys(source, said), now)
        _known[key] = known
    return known


def _keys(source: Source, said: dict[str, Any]) -> list[dict[str, Any]]:
    keys = _read(source, _endpoint(said, "jwks_uri")).get("keys")
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []


def _read(source: Source, address: str) -> dict[str, Any]:
    reply = ask(address, headers={"Accept": "application/json"}, authority=str(source.setting("authority")))
    if reply.status != 200:
        sentence = _("“%(address)s” answers with %(status)s instead of what OpenID Connect describes there.")
        raise Unavailable(sentence % {"address": address, "status": reply.status}, code="strange_answer")
    return reply.data()


def _endpoint(said: dict[str, Any], name: str) -> str:
    address = said.get(name)
    if not isinstance(address, str):
        raise Unavailable(_("The service does not name its %(name)s.") % {"name": name}, code="strange_answer")
    checked_address(address)
    return address


def _redeem(source: Source, issuer: dict[str, Any], code: str, verifier: str, back: str) -> str:
    client_id, secret = str(source.setting("client_id")), source.secret
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    methods = issuer.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if secret and "client_secret_basic" in methods:
        pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": client_id, **({"client_secret": secret} if secret else {})}
    reply = ask(
        _endpoint(issuer, "token_endpoint"), method="POST", body=urlencode(form).encode(), headers=headers,
        authority=str(source.setting("authority")),
    )  # fmt: skip
    said = reply.data()
    if reply.status != 200:
        if said.get("error") == "invalid_client":
            raise Unavailable(_("The service does not accept the desk's client id or secret."), code="wrong_secret")
        raise _refused("code")
    token = said.get("id_token")
    if not isinstance(token, str) or len(token) > 50_000:
        raise _refused("token")
    return token


def _verified(source: Source, token: str) -> dict[str, Any]:
    """The words of a token whose signature is the issuer's. A key that is not known is looked for once more."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in tokens.ALGORITHMS or "crit" in header:
            raise _refused("algorithm")
        issuer = _issuer(source)
        fitting = _fitting(issuer.keys, kid, algorithm)
        if not fitting and time.monotonic() - issuer.keys_at >= KEYS_AT_MOST_EVERY:
            issuer.keys, issuer.keys_at = _keys(source, issuer.about), time.monotonic()
            fitting = _fitting(issuer.keys, kid, algorithm)
        if len(fitting) != 1:
            raise _refused("key")
        key = jwt.PyJWK(fitting[0], algorithm=algorithm)
        # Only the signature here: what the words must say is decided by our own rules, with our own clock.
        said: dict[str, Any] = json.loads(jwt.PyJWS().decode(token, key, algorithms=[algorithm]))
        return said if isinstance(said, dict) else {}
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as wrong:
        raise _refused("signature") from wrong


def _fitting(keys: list[dict[str, Any]], kid: Any, algorithm: str) -> list[dict[str, Any]]:
    kinds = {"R": "RSA", "P": "RSA", "E": "OKP" if algorithm == "EdDSA" else "EC"}
    return [
        key for key in keys
        if key.get("kty") == kinds[algorithm[0]] and key.get("use", "sig") == "sig"
        and (kid is None or key.get("kid") == kid) and key.get("alg", algorithm) == algorithm
    ]  # fmt: skip


def _refused(why: str) -> NotAllowed:
    sentence = _("What the sign-in service answered does not hold (%(why)s). Please begin again.")
    return NotAllowed(sentence % {"why": why}, code=f"not_held_{why}")


def number_of_keys(source: Source) -> int:
    """How many keys the issuer names. Raises Unavailable."""
    return len(_issuer(source).keys)


def try_credentials(source: Source) -> None:
    """Redeem a code that was never given: the issuer says whether it knows the desk first. Raises Unavailable."""
    try:
        _redeem(source, about(source), "connection-test", secrets.token_urlsafe(48), "https://localhost/")
    except NotAllowed:
        return
