"""Which senders a blocking covers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.gate.rules.spam import is_marked, pattern_of, patterns_for
from dreiklang.channels.mail.inbound.parsing import parse_mail


@given(st.text(max_size=60))
def test_any_text_is_a_pattern_or_none_and_its_spelling_is_final(text):
    pattern = pattern_of(text)
    assert pattern == pattern_of(pattern)
    assert not pattern or pattern.count("@") == 1


def test_an_address_is_covered_by_itself_and_the_domains_above_it():
    assert patterns_for("A@Mx.Pills.Example") == ["a@mx.pills.example", "@mx.pills.example", "@pills.example"]


def test_a_domain_is_spelled_in_ascii():
    assert pattern_of("*@müller.example") == "@xn--mller-kva.example"


@pytest.mark.parametrize(
    ("line", "is_spam"),
    [
        ("X-Spam-Flag: YES", True),
        ("X-Spam-Flag: NO\nX-Spam-Status: Yes, score=9.1", True),
        ("X-Spam-Flag: NO\nX-Spam-Status: No, score=0.1", False),
        ("X-Barracuda-Spam-Flag: YES", True),
        ("X-Rspamd-Action: add header", True),
        ("X-Rspamd-Action: greylist", False),
        ("X-Spamd-Result: default: True [15.10 / 6.00];\n\tBAYES_SPAM(5.10)[99.9%]", True),
        ("X-Spamd-Result: default: False [-1.10 / 6.00];\n\tX(0)[true]", False),
        ("X-MS-Exchange-Organization-SCL: 6", True),
        ("X-MS-Exchange-Organization-SCL: -1", False),
        ("X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:DE;SCL:9;SFV:SPM", True),
        ("X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:1;SFV:NSPM;CAT:NONE", False),
        ("X-Spam-Score: 99", False),
    ],
)
def test_what_servers_on_the_way_say_about_spam(line, is_spam):
    raw = f"From: rita@klinikum.example\n{line}\n\nHallo\n".encode()
    assert is_marked(parse_mail(raw).marks.spam_flag) is is_spam
