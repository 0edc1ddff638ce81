"""Whatever stands in a name, a subject or a file name: a mail has the headers and the recipients we gave it (P37)."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiklang.channels.mail.outbound import markup
from dreiklang.channels.mail.outbound.letters import Enclosed, Letter, Mailed, as_bytes, sendable

PLAIN = Letter(
    sender=Mailed("Alan", "desk@haus.example"),
    to=(Mailed("Rita", "rita@klinikum.example"),),
    subject="Printer",
    text="Words",
    html="<p>Words</p>",
    message_id="dreiklang.a.b.c@haus.example",
    at=datetime(2026, 11, 16, 8, 0, tzinfo=UTC),
    mark="894c2241cfd2",
    envelope_from="desk@haus.example",
)
HOSTILE = st.one_of(
    st.text(max_size=200),
    st.text(alphabet='\r\n\t\0\x0b\x85\u2028 ,;:<>@"()=?äß中\ud800BccTo', max_size=120),
    st.sampled_from(["x\r\nBcc: thief@evil.example", "x\n\nbody", "=?utf-8?q?=0D=0ABcc:_a@b?=", '"; <a@b>', "a, b@c"]),
)


def headers_of(letter: Letter) -> email.message.Message:
    return email.message_from_bytes(as_bytes(letter), policy=email.policy.default)


@settings(max_examples=400, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_p37_no_text_becomes_a_header_or_a_recipient(name: str, subject: str, other: str, filename: str) -> None:
    plain = headers_of(replace(PLAIN, enclosed=(Enclosed("a", "text/plain", b"x"),)))
    mail = headers_of(
        replace(
            PLAIN,
            sender=Mailed(name, "desk@haus.example"),
            to=(Mailed(other, "rita@klinikum.example"),),
            subject=subject,
            enclosed=(Enclosed(filename, filename, b"x", content_id=""),),
        )
    )
    assert [h.lower() for h, _v in mail.items()] == [h.lower() for h, _v in plain.items()]
    assert [a.addr_spec for a in mail["To"].addresses] == ["rita@klinikum.example"]
    assert [a.addr_spec for a in mail["From"].addresses] == ["desk@haus.example"]
    assert "evil" not in str(mail["Bcc"])
    assert len(list(mail.iter_attachments())) == 1


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_p37_values_in_html_are_words_and_never_markup(text: str) -> None:
    html = markup.body_as_html("{name}: {subject}", {"name": text, "subject": text}, text_html="")
    inner = html.replace('<p style="margin:0 0 12px">', "").replace("</p>", "").replace("<br>", "")
    for tag in ("<script", "<img", "<style"):
        assert tag not in inner.lower()


def test_names_and_subjects_arrive_as_written() -> None:
    mail = headers_of(
        replace(
            PLAIN, sender=Mailed("Müller, Jörg (IT)", "desk@haus.example"), subject="Drucker auf 4A – geht nicht " * 6
        )
    )
    assert mail["From"].addresses[0].display_name == "Müller, Jörg (IT)"
    assert mail["Subject"] == ("Drucker auf 4A – geht nicht " * 6).strip()


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a@b.example", "a@b.example"),
        (" a@bücher.example ", "a@xn--bcher-kva.example"),
        ("ä@b.example", ""),
        ("a@b.example\r\nBcc: c@d", ""),
        ("a b@c.example", ""),
        ("", ""),
        ("a@b@c", ""),
        ("<a@b.example>", ""),
    ],
)
def test_only_real_addresses_are_sent_to(written: str, sent: str) -> None:
    assert sendable(written) == sent


def test_automatic_mail_says_so() -> None:
    mail = headers_of(replace(PLAIN, automatic="auto-replied"))
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Dreiklang-Loop"] == PLAIN.mark


def test_a_line_with_a_link_becomes_something_to_press() -> None:
    html = markup.body_as_html(
        "{text}\n\nYes, close it: {confirm_link}\n\n-- \n{agent}\n{signature}",
        {"confirm_link": "https://x.example/t/?a=1&b=2", "agent": "Alan", "signature": ""},
        text_html="<p>Done</p>",
    )
    assert '<a href="https://x.example/t/?a=1&amp;b=2"' in html
    assert ">Yes, close it</a>" in html
    assert html.endswith("Alan</p></div>")


def test_quoted_lines_are_set_apart() -> None:
    html = markup.text_as_html("Which one?\n\nRita wrote:\n> The first.\n>\n> And the second.")
    assert html.count("<blockquote") == html.count("</blockquote>") == 1
    assert html.index("Rita wrote:") < html.index("<blockquote") < html.index("The first.")
    assert "&gt;" not in html
