"""Whatever the order in which signals arrive, the last word is the same (P12)."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.monitoring.rules import (
    CLEARED,
    FIRING,
    FLAPS,
    QUIET,
    Known,
    Signal,
    Step,
    is_flapping,
    is_signed,
    new_signing_secret,
    step_for,
)
from dreiklang.channels.monitoring.rules.signatures import signature

START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def episodes(minutes: list[int]) -> list[Signal]:
    """A life as a program tells it: fires, clears, fires again; each episode told with its beginning."""
    signals = []
    for began, ended in zip(minutes[::2], minutes[1::2], strict=False):
        signals.append(Signal("f", FIRING, at(began), at(began)))
        signals.append(Signal("f", CLEARED, at(ended), at(began)))
    if len(minutes) % 2:
        signals.append(Signal("f", FIRING, at(minutes[-1]), at(minutes[-1])))
    return signals


def told(signals: list[Signal]) -> Known | None:
    """What is known after some signals."""
    known = None
    for signal in signals:
        if step_for(known, signal) is not Step.STALE:
            known = Known(signal.state, signal.at, signal.episode)
    return known


lives = st.lists(st.integers(0, 10_000), min_size=1, max_size=9, unique=True).map(sorted)


@given(lives, st.integers(0, 2**32))
def test_p12_the_last_word_does_not_depend_on_the_order(minutes, seed):
    signals = episodes(minutes)
    shuffled = signals * 2
    random.Random(seed).shuffle(shuffled)
    assert told(shuffled) == told(signals)


@given(lives, st.integers(0, 2**32))
def test_p12_without_episodes_the_newest_moment_counts(minutes, seed):
    signals = [Signal("f", s.state, s.at) for s in episodes(minutes)]
    shuffled = signals * 2
    random.Random(seed).shuffle(shuffled)
    assert told(shuffled) == told(signals)


def test_an_end_that_overtook_its_beginning_stays_the_end():
    began, ended = episodes([0, 5])
    assert step_for(None, ended) is Step.CLEAR
    assert step_for(Known(CLEARED, ended.at, ended.episode), began) is Step.STALE


def test_the_same_again_changes_nothing():
    began = episodes([0])[0]
    assert step_for(Known(FIRING, began.at, began.episode), began) is Step.REPEAT


def test_a_new_episode_of_what_still_fires_is_no_new_trouble():
    assert step_for(Known(FIRING, at(0), at(0)), Signal("f", FIRING, at(9), at(9))) is Step.REPEAT


def test_what_turns_often_flaps_until_it_is_quiet():
    turns = [at(m) for m in range(FLAPS)]
    assert not is_flapping(turns[:-1], at(4), was_flapping=False)
    assert is_flapping(turns, at(4), was_flapping=False)
    assert is_flapping(turns, at(4) + QUIET / 2, was_flapping=True)
    assert not is_flapping(turns, at(5) + QUIET, was_flapping=True)


def test_a_signature_fits_its_body_its_id_and_its_hour():
    secret, now = new_signing_secret(), START
    stamp = str(int(now.timestamp()))
    good = signature(secret, "id-1", stamp, b"{}")
    ask = {"call_id": "id-1", "timestamp": stamp, "signatures": f"v1,bm9wZQ== {good}", "body": b"{}", "now": now}
    assert is_signed(secret, **ask)
    assert not is_signed(secret, **{**ask, "body": b"{ }"})
    assert not is_signed(secret, **{**ask, "call_id": "id-2"})
    assert not is_signed(secret, **{**ask, "signatures": "v1,ü"})
    assert not is_signed(secret, **{**ask, "now": now + timedelta(minutes=6)})
    assert not is_signed(secret, **{**ask, "now": now - timedelta(minutes=6)})
    assert not is_signed(new_signing_secret(), **ask)


def test_the_signature_is_the_one_of_the_specification():
    # Example of the Standard Webhooks specification, 'Signature scheme'.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
