"""The gate's table, every combination of it."""

from __future__ import annotations

from itertools import product

from dreiklang.channels.gate.rules import Belongs, Deed, Role, Sight, Standing, Via, decide

AUTOS = ("none", "bounce", "feedback", "receipt", "invitation", "auto-reply", "list", "bulk", "auto-generated")
TRUTH = (True, False)
JOINS = {Deed.MESSAGE, Deed.MESSAGE_REOPENING, Deed.CORRESPONDENCE, Deed.NOTE, Deed.OPEN_LINKED}


def every_sight():
    """All 41,472 that a sender can bring about."""
    for auto, via, belongs, role, proven, agent, bound, works, standing, thanks in product(
        AUTOS, Via, Belongs, Role, TRUTH, TRUTH, TRUTH, TRUTH, Standing, TRUTH
    ):
        yield Sight(
            auto=auto, via=via, belongs=belongs, role=role, is_proven=proven, is_agent=agent,
            is_bound=bound, may_work=works, standing=standing, is_thanks=thanks,
        )  # fmt: skip


def test_p16_a_stranger_joins_by_a_token_only():
    for sight in every_sight():
        if sight.role is Role.STRANGER and sight.via is not Via.TOKEN and sight.belongs is not Belongs.NOTE:
            assert decide(sight).deed not in JOINS, sight


def test_p16_a_number_is_no_key():
    for sight in every_sight():
        if sight.via is Via.NUMBER and not sight.is_proven:
            assert decide(sight).deed not in JOINS, sight


def test_p17_a_note_needs_the_bound_person_a_proven_domain_and_the_right():
    for sight in every_sight():
        if decide(sight).deed is Deed.NOTE:
            assert sight.is_bound
            assert sight.is_proven
            assert sight.may_work
            assert sight.via in (Via.TOKEN, Via.REFERENCE)
            assert sight.belongs is Belongs.NOTE


def test_p17_an_answer_to_a_notification_never_becomes_a_message():
    for sight in every_sight():
        if sight.belongs is Belongs.NOTE and sight.via in (Via.TOKEN, Via.REFERENCE):
            assert decide(sight).deed in {Deed.NOTE, Deed.HOLD, Deed.IGNORE, Deed.BOUNCE}, sight


def test_p20_what_answers_a_mail_of_a_lost_epoch_joins_nothing():
    for sight in every_sight():
        if sight.via is Via.LOST:
            assert decide(sight).deed in {Deed.HOLD, Deed.IGNORE, Deed.BOUNCE}, sight


def test_p06_reports_and_automatic_replies_open_nothing_and_reopen_nothing():
    for sight in every_sight():
        if sight.auto in {"bounce", "feedback", "receipt", "auto-reply"}:
            assert decide(sight).deed in {Deed.IGNORE, Deed.BOUNCE, Deed.MESSAGE}, sight


def test_automatic_mail_reopens_nothing():
    for sight in every_sight():
        if sight.auto != "none":
            assert decide(sight).deed is not Deed.MESSAGE_REOPENING, sight


def test_our_own_mail_ends_here():
    for sight in every_sight():
        own = Sight(auto=sight.auto, via=sight.via, role=sight.role, is_own=True)
        assert decide(own).deed is Deed.IGNORE


def test_thanks_reopen_nothing_and_open_nothing():
    for sight in every_sight():
        if sight.is_thanks and sight.standing is not Standing.RUNNING and sight.via is not Via.NOTHING:
            assert decide(sight).deed not in {Deed.MESSAGE_REOPENING, Deed.OPEN_LINKED}, sight


def test_a_mail_without_sender_is_set_aside():
    assert decide(Sight(has_sender=False)).deed is Deed.QUARANTINE
