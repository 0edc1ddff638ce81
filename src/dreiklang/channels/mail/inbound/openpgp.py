"""OpenPGP, in a child process with little time and memory: a small packet may unfold to gigabytes (P04).

Sequoia does the arithmetic (docs/decisions/0017). Here is only what is asked of it and what it answers.
"""

from __future__ import annotations

import base64
import json
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

CPU_SECONDS: Final = 10
MEMORY_MIB: Final = 512
WAIT_SECONDS: Final = 40
LARGEST: Final = 60_000_000
"""Bytes that an opened message may have; what unfolds to more is not opened."""

VALID, ALTERED, UNKNOWN = "valid", "altered", "unknown"


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key that opens messages, in ASCII armour, and the password that protects it."""

    armour: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question. ``content`` is None where nothing could be opened; ``state`` is empty where nothing
    was signed."""

    content: bytes | None = None
    state: str = ""
    fingerprint: str = ""
    user_ids: tuple[str, ...] = ()


def opened(message: bytes, keys: Sequence[SecretKey], believed: Sequence[str]) -> Answer:
    """Open an encrypted message with whichever key fits, and look at the signature inside, if there is one."""
    return _ask(
        {
            "do": "open",
            "data": _packed(message),
            "keys": [[key.armour, key.password] for key in keys],
            "believed": list(believed),
        }
    )


def checked(content: bytes, signature: bytes, believed: Sequence[str]) -> Answer:
    """Check a signature that stands apart from what it signs."""
    return _ask({"do": "check", "data": _packed(content), "signature": _packed(signature), "believed": list(believed)})


def checked_within(message: bytes, believed: Sequence[str]) -> Answer:
    """Check a text that bears its signature below itself; ``content`` is the text that was signed."""
    return _ask({"do": "check", "data": _packed(message), "signature": "", "believed": list(believed)})


def _ask(question: dict[str, Any]) -> Answer:
    try:
        child = subprocess.run(  # noqa: S603 - our own module, no shell, no foreign words
            [sys.executable, "-m", __name__],
            input=json.dumps(question).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path), "LANG": "C.UTF-8"},
            timeout=WAIT_SECONDS,
            check=True,
        )
        said = json.loads(child.stdout)
        content = None if said["content"] is None else base64.b64decode(said["content"])
        return Answer(content, said["state"], said["fingerprint"], tuple(said["user_ids"]))
    except (subprocess.SubprocessError, OSError, ValueError, KeyError):
        return Answer()


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


class _Ring:
    """The believed keys, and whether one of them was asked for."""

    def __init__(self, armours: Sequence[str]) -> None:
        import pysequoia

        self.certificates = [pysequoia.Cert.from_bytes(one.encode()) for one in armours]
        self.asked: list[str] = []

    def __call__(self, identifiers: list[str]) -> list[Any]:
        self.asked += identifiers
        return self.certificates


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The child's work: one question, one answer, both plain values."""
    data = base64.b64decode(question["data"])
    if question["do"] == "open":
        return _open(data, question["keys"], question["believed"])
    return _check(data, base64.b64decode(question["signature"]), question["believed"])


def _said(content: bytes | None = None, state: str = "", by: Any = None) -> dict[str, Any]:
    """An answer; ``by`` is the certificate that signed, or the number of one that is not known."""
    is_known = by is not None and not isinstance(by, str)
    return {
        "content": None if content is None else _packed(content),
        "state": state,
        "fingerprint": by.fingerprint if is_known else by or "",
        "user_ids": [str(one) for one in by.user_ids] if is_known else [],
    }


def _open(message: bytes, keys: Sequence[tuple[str, str]], believed: Sequence[str]) -> dict[str, Any]:
    import pysequoia

    for armour, password in keys:
        try:
            key = pysequoia.Tsk.from_bytes(armour.encode())
            content = pysequoia.decrypt(message, key.decryptor(password or None)).bytes
        except (RuntimeError, ValueError):
            continue
        if content is None or len(content) > LARGEST:
            return _said()
        ring = _Ring(believed)
        try:
            seen = pysequoia.decrypt(message, key.decryptor(password or None), ring)
        except RuntimeError:
            return _said(content, *_failed(ring)) if ring.asked else _said(content)
        return _said(content, VALID, _maker(ring, seen))
    return _said()


def _check(content: bytes, signature: bytes, believed: Sequence[str]) -> dict[str, Any]:
    import pysequoia

    ring = _Ring(believed)
    try:
        made = pysequoia.Sig.from_bytes(signature) if signature else None
        seen = pysequoia.verify(content, ring, signature=made)
    except (RuntimeError, ValueError):
        return _said(None, *_failed(ring))
    return _said(seen.bytes, VALID, _maker(ring, seen))


def _failed(ring: _Ring) -> tuple[str, Any]:
    """No good signature: altered if the key is one we know, else there is nothing to check it with."""
    wanted = [one.lower() for one in ring.asked]
    for certificate in ring.certificates:
        if any(key.endswith(one) for key in _keys_of(certificate) for one in wanted):
            return ALTERED, certificate
    return UNKNOWN, wanted[0] if wanted else ""


def _keys_of(certificate: Any) -> list[str]:
    """Fingerprints of the key and its subkeys."""
    from pysequoia.packet import PacketPile

    return [one.fingerprint for one in PacketPile.from_bytes(bytes(certificate)) if one.fingerprint]


def _maker(ring: _Ring, seen: Any) -> Any:
    known = {certificate.fingerprint: certificate for certificate in ring.certificates}
    return next((known[one.certificate] for one in seen.valid_sigs if one.certificate in known), None)


def serve() -> None:
    """The child's whole life."""
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MIB * 1_048_576, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    serve()
