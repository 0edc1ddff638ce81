"""One mail per defect, client or kind of automatic mail, each with the fields that must come out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dreiklang.channels.mail.inbound.parsing import parse_mail

MAILS = Path(__file__).parent / "mails"
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))
KEYS = [
    "file",
    "message_id",
    "date",
    "from",
    "reply_to",
    "to",
    "cc",
    "subject",
    "text",
    "html",
    "reply_text",
    "signature",
    "attachments",
    "auto",
    "bounce",
    "problems",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_mail_of_the_corpus_is_understood(name: str) -> None:
    expected = json.loads((MAILS / f"{name}.json").read_text(encoding="utf-8"))
    found = json.loads(json.dumps(parse_mail((MAILS / f"{name}.eml").read_bytes()).as_json(name)))
    attachments = expected.pop("attachments", None)
    assert {key: found[key] for key in expected} == expected
    if attachments is not None:
        assert len(found["attachments"]) == len(attachments)
        for got, wanted in zip(found["attachments"], attachments, strict=True):
            assert {key: got[key] for key in wanted} == wanted


def test_the_printed_line_has_the_promised_keys_in_their_order() -> None:
    line = parse_mail((MAILS / "outlook_related_picture.eml").read_bytes()).as_json("a.eml")
    assert list(line) == KEYS
    (picture,) = line["attachments"]  # type: ignore[misc]
    assert list(picture) == ["filename", "content_type", "size", "sha256", "inline", "content_id"]


def test_addresses_compare_by_their_ascii_domain_in_lower_case() -> None:
    raw = (MAILS / "address_international_domain.eml").read_bytes()
    mail = parse_mail(raw.replace(b"rita@", b"Rita@"))
    assert mail.sender is not None
    assert mail.sender.address == "Rita@müller.example"
    assert mail.sender.key == "rita@xn--mller-kva.example"
