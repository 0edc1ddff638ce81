"""Which addresses the desk may call."""

import pytest

from dreiklang.kernel.outgoing.rules import is_listed, is_public, is_target


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_p35_special_addresses_are_not_public_however_they_are_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_the_list_covers_names_addresses_and_networks() -> None:
    assert is_listed("mail.inside", "10.0.0.5", ["mail.inside"])
    assert is_listed("x", "10.0.0.5", ["10.0.0.0/24"])
    assert is_listed("x", "10.0.0.5", ["10.0.0.5"])
    assert not is_listed("mail.inside.evil", "10.0.1.5", ["mail.inside", "10.0.0.0/24"])


def test_entries_that_make_no_sense_are_not_targets() -> None:
    assert is_target("10.0.0.0/8")
    assert is_target("mail.local")
    assert not any(is_target(entry) for entry in ("", "http://x", "a b", "-x.de", "*"))
