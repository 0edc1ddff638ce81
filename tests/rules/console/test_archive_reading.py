"""What an archive must be before anything of it is used."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import pytest

from dreiklang.console.answers import Refused
from dreiklang.console.archive.reading import Archive


def written(members, manifest=None, **about):
    """A tar of these members, with a manifest that fits unless another is given."""
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in members}
    text = json.dumps({"format": 1, **about, "sha256": sums}) if manifest is None else manifest
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name, content in [*members, *([("manifest.json", text.encode())] if text else [])]:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return raw.getvalue()


SOUND = [("database.dump", b"PGDMP" * 200), ("files/" + "a" * 64, b"a picture"), ("keys/secrets.key", b"secret")]


def verified(raw):
    archive = Archive("desk.tar", io.BytesIO(raw))
    archive.verify()
    return archive


def test_a_sound_archive_is_read_in_order():
    archive = verified(written(SOUND, made_at="2026-11-16"))
    assert archive.manifest["made_at"] == "2026-11-16"
    assert [(name, content.read()) for name, content in archive.members()][:3] == SOUND


def linked():
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        entry = tarfile.TarInfo("keys/secrets.key")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/shadow"
        tar.addfile(entry)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "cannot be read as an archive"),
        (b"root:x:0:0:root:/root:/bin/bash\n" * 100, "cannot be read as an archive"),
        (written(SOUND)[:700], "cannot be read as an archive|cut off"),
        (written(SOUND, manifest=""), "cut off"),
        (written(SOUND, manifest="[]"), "manifest cannot be read"),
        (written(SOUND, manifest='{"format": 1}'), "manifest cannot be read"),
        (written(SOUND, manifest='{"format": 99, "sha256": {}}'), "newer version"),
        (written(SOUND, manifest='{"format": 1, "sha256": {}}'), "not what the manifest says"),
        (written([*SOUND, ("files/" + "a" * 64, b"another")]), "twice"),
        (written([("../../etc/passwd", b"x")]), "foreign"),
        (written([("/etc/passwd", b"x")]), "foreign"),
        (written([("keys/../../x", b"x")]), "foreign"),
        (written([("keys/.hidden", b"x")]), "foreign"),
        (linked(), "foreign"),
    ],
)
def test_p41_anything_else_is_refused_as_bad_data(raw, why):
    with pytest.raises(Refused, match=why) as refused:
        verified(raw)
    assert refused.value.code == 65


@pytest.mark.parametrize("place", range(0, 4096, 97))
def test_p41_no_flipped_bit_in_what_was_saved_goes_unnoticed(place):
    raw = bytearray(written(SOUND))
    content_at = raw.find(b"PGDMP")
    raw[content_at + place % 1000] ^= 4
    with pytest.raises(Refused, match=r"database\.dump is not what the manifest says"):
        verified(bytes(raw))
