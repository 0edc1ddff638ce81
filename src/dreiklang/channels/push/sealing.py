"""Encryption for one device (RFC 8291 over RFC 8188, aes128gcm) and the desk's signature (RFC 8292).

On `cryptography` and `pyjwt` alone: the package that wraps them calls push services by a way out of its own, past the
one door (P35).
"""

from __future__ import annotations

import base64
import binascii
import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
RECORD = 4096
#: What a push service must take (RFC 8030), without the header of 86 bytes, the tag and the end mark.
MOST_PLAIN = RECORD - 86 - 16 - 1
SIGNED_FOR = timedelta(hours=12)


def letters(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_of(text: str) -> bytes:
    """Base64url, with or without padding, as bytes. Raises ValueError for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError) as wrong:
        raise ValueError("not base64url") from wrong


def point_of(text: str) -> ec.EllipticCurvePublicKey:
    """A browser's public key. Raises ValueError unless it is an uncompressed point on the curve."""
    raw = raw_of(text)
    if len(raw) != 65:
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)


def make_pair() -> tuple[str, str]:
    """A new pair of keys: the private one as PEM, the public one as browsers are given it."""
    private = ec.generate_private_key(CURVE)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode(), letters(_encoded(private.public_key()))


def sealed(
    plain: bytes, *, key: str, auth: str, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body of a push: ``plain`` for whoever holds the private half of ``key`` and ``auth`` (RFC 8291 section 3.4).

    ``own`` and ``salt`` are fresh for every message; only the example of the RFC gives them.
    """
    if len(plain) > MOST_PLAIN:
        raise ValueError("too long for a push")
    theirs, own, salt = point_of(key), own or ec.generate_private_key(CURVE), salt or os.urandom(16)
    public = _encoded(own.public_key())
    about = b"WebPush: info\x00" + _encoded(theirs) + public
    material = _derived(own.exchange(ec.ECDH(), theirs), raw_of(auth), about, 32)
    content = _derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(public)]) + public
    return header + AESGCM(content).encrypt(nonce, plain + b"\x02", None)


def authorization(endpoint: str, *, private: str, public: str, contact: str, now: datetime) -> str:
    """The header by which the push service knows who sends (RFC 8292): for its origin alone, for twelve hours."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + SIGNED_FOR).timestamp()), "sub": contact}
    return f"vapid t={jwt.encode(claims, private, algorithm='ES256')}, k={public}"


def _encoded(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, about: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=about).derive(secret)
