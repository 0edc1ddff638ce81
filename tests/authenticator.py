"""A device that keeps passkeys, in a few lines: real keys, real signatures, and a switch for what it can do wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def letters(raw: bytes) -> str:
    """As WebAuthn writes bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Device:
    """One key for one desk."""

    def __init__(self, origin: str, host: str) -> None:
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
        self.origin, self.host, self.flags, self.count = origin, host, PRESENT | VERIFIED, 0

    def made(self, options: dict[str, Any]) -> str:
        """The answer to being asked for a new key."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        inside = bytes(16) + len(self.name).to_bytes(2) + self.name + public
        said = {
            "clientDataJSON": letters(self._client("webauthn.create", options["challenge"])),
            "attestationObject": letters(
                cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + inside})
            ),
        }
        return self._credential({**said, "transports": ["internal"]})

    def signed(self, options: dict[str, Any]) -> str:
        """The answer to being asked for a key that is known."""
        self.count += 1
        client, data = self._client("webauthn.get", options["challenge"]), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._credential({**{name: letters(raw) for name, raw in said.items()}, "userHandle": None})

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4)

    def _credential(self, said: dict[str, Any]) -> str:
        return json.dumps(
            {"id": letters(self.name), "rawId": letters(self.name), "type": "public-key", "response": said}
        )
