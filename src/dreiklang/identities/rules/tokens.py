"""What must be true of an ID token before a word of it counts (OpenID Connect Core 1.0, 3.1.3.7). Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from dreiklang.identities.rules import Claim

#: Signatures by keys that only the issuer has; never none, never one made with a secret that we know, too.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
#: Seconds by which the clocks of two machines may differ.
SKEW: Final = 120


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def objection(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: float) -> str:
    """Why a token with a good signature counts for nothing all the same, as a literal; empty if it counts."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") != issuer:
        return "issuer"
    if not isinstance(audiences, list) or client_id not in audiences:
        return "audience"
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        return "audience"
    if not nonce or claims.get("nonce") != nonce:
        return "nonce"
    if not (_is_after(claims.get("exp"), now - SKEW) and _is_before(claims.get("iat"), now + SKEW)):
        return "time"
    if "nbf" in claims and not _is_before(claims["nbf"], now + SKEW):
        return "time"
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        return "subject"
    return ""


def _is_after(at: object, moment: float) -> bool:
    return isinstance(at, int | float) and not isinstance(at, bool) and at > moment


def _is_before(at: object, moment: float) -> bool:
    return isinstance(at, int | float) and not isinstance(at, bool) and at < moment


def claim_of(claims: Mapping[str, Any]) -> Claim:
    """What a token says of somebody. Only a plain ``true`` proves an address, not a word that looks like it."""
    address, name = claims.get("email"), claims.get("name")
    return Claim(
        subject=claims["sub"],
        address=address if isinstance(address, str) else "",
        is_proven=claims.get("email_verified") is True,
        name=name if isinstance(name, str) else "",
    )
