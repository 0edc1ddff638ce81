"""What an Asterisk tells of its channels, as calls of the desk. The exchanges are written down after the published
description of the manager interface and the order of events in recordings of Asterisk 18 to 20."""

from __future__ import annotations

from dreiklang.channels.telephony.inbound import ANSWERED, HUNG_UP, RANG, Following, News, Packets, written

HEAD = "Channel: PJSIP/trunk-0000001a\r\nUniqueid: 1764150001.10\r\nLinkedid: 1764150001.10\r\n"


def leg(name: str, number: int) -> str:
    return f"DestChannel: PJSIP/{name}-0000001{number}\r\nDestUniqueid: 1764150001.1{number}\r\n"


def channel(name: str, number: int, event: str = "Newchannel", call: str = "1764150001.10", **more: str) -> str:
    lines = "".join(f"{key}: {value}\r\n" for key, value in more.items())
    return (f"Event: {event}\r\nPrivilege: call,all\r\nChannel: {name}-0000001{number}\r\n{lines}"
            f"Uniqueid: 1764150001.1{number}\r\nLinkedid: {call}\r\n\r\n")  # fmt: skip


COMES = channel("PJSIP/trunk", 0, CallerIDNum="0221471010", CallerIDName="Klinik: Labor", Exten="4970719900")
GROUP = COMES + channel("PJSIP/23", 1) + channel("PJSIP/24", 2) + channel("PJSIP/99", 3)
RINGS = "".join(f"Event: DialBegin\r\n{HEAD}{leg(name, n)}\r\n" for name, n in (("99", 3), ("23", 1), ("24", 2)))
TAKEN = f"Event: DialEnd\r\n{HEAD}{leg('24', 2)}DialStatus: ANSWER\r\n\r\n"
OVER = "".join(channel(name, n, "Hangup", Cause="16") for name, n in
               (("PJSIP/23", 1), ("PJSIP/99", 3), ("PJSIP/24", 2), ("PJSIP/trunk", 0)))  # fmt: skip


def heard(text: str, *places: str, step: int = 7) -> list[News]:
    """What a desk with some extensions makes of it, the bytes cut anywhere."""
    packets, following, raw = Packets(), Following(places), text.encode()
    found = [
        told.news
        for at in range(0, len(raw), step)
        for packet in packets.feed(raw[at : at + step])
        for told in following.hear(packet)
        if not told.is_of_known
    ]
    assert not following.running, "what is over is forgotten"
    return found


def test_a_group_rings_one_takes_it_and_the_last_channel_ends_it() -> None:
    told = heard(GROUP + RINGS + TAKEN + OVER, "23", "24")
    assert [(n.event, n.rung, n.at) for n in told] == [
        (RANG, ("23",), ()), (RANG, ("24",), ()), (ANSWERED, (), ("24",)), (HUNG_UP, (), ()),
    ]  # fmt: skip
    assert (told[0].caller, told[0].called, told[-1].cause) == ("0221471010", "4970719900", "answered")


def test_normal_clearing_of_a_call_nobody_answered_is_a_missed_one() -> None:
    assert [(n.event, n.cause) for n in heard(GROUP + RINGS + OVER, "pjsip/23")] == [(RANG, ""), (HUNG_UP, "noanswer")]


def test_calls_of_others_in_the_house_are_none_of_the_desk() -> None:
    assert heard(GROUP + RINGS + TAKEN + OVER, "31") == []
    assert heard(GROUP + RINGS + TAKEN + OVER) == []


def test_a_colleague_elsewhere_takes_what_rang_here_too() -> None:
    taken = TAKEN.replace("PJSIP/24", "PJSIP/99")
    assert [(n.event, n.at) for n in heard(GROUP + RINGS + taken + OVER, "23")][1] == (ANSWERED, ())


def test_who_calls_from_the_desk_is_answered_by_the_other_side() -> None:
    begins = channel("PJSIP/23", 0, CallerIDNum="23", Exten="00221471010") + channel("PJSIP/trunk", 1)
    to = HEAD + leg("trunk", 1)
    dials = f"Event: DialBegin\r\n{to}\r\nEvent: DialEnd\r\n{to}DialStatus: ANSWER\r\n\r\n"
    over = channel("PJSIP/trunk", 1, "Hangup") + channel("PJSIP/23", 0, "Hangup")
    told = heard(begins + dials + over, "23")
    assert [(n.event, n.is_outgoing, n.caller, n.called) for n in told[:2]] == [
        (RANG, True, "23", "00221471010"), (ANSWERED, True, "23", "00221471010"),
    ]  # fmt: skip


def test_a_consultation_that_becomes_the_first_call_ends_for_itself() -> None:
    """An attended transfer: the channels of the younger call go over to the older one."""
    second = channel("PJSIP/23", 4, call="1764150001.14", CallerIDNum="23", Exten="24")
    second += channel("PJSIP/24", 5, call="1764150001.14")
    younger = HEAD.replace("PJSIP/trunk-0000001a", "PJSIP/23-00000014").replace("1764150001.10", "1764150001.14")
    second += f"Event: DialBegin\r\n{younger}{leg('24', 5)}\r\n"
    joins = channel("PJSIP/23", 4, "BridgeEnter") + channel("PJSIP/24", 5, "BridgeEnter")
    over = channel("PJSIP/23", 4, "Hangup") + channel("PJSIP/24", 5, "Hangup")
    told = heard(GROUP + RINGS + TAKEN + second + joins + over + OVER, "23", "24")
    assert [n.ref for n in told if n.event == HUNG_UP] == ["1764150001.14", "1764150001.10"]


def test_what_does_not_end_and_what_would_begin_a_line_of_its_own_are_refused() -> None:
    packets = Packets()
    for raw in (b"a" * 200_000, b"a: b\r\n" * 40_000):
        try:
            list(packets.feed(raw))
        except ValueError:
            continue
        raise AssertionError(raw[:10])
    try:
        written("Originate", {"Exten": "0\r\nAction: Command"})
    except ValueError:
        return
    raise AssertionError
