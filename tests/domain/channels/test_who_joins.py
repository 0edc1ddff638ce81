"""P16, P17 and P20 through the gate: who may join which ticket by what."""

from __future__ import annotations

import secrets
from itertools import product

import pytest
from tests.mails import dmarc_pass, mail
from tests.share import times

from dreiklang.channels.gate.commands import dismiss_held, join_held, open_held, take_in
from dreiklang.channels.gate.queries import held_waiting
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.threading import remember, token_for
from dreiklang.channels.models import Held
from dreiklang.kernel import instance
from dreiklang.kernel.errors import NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.teams.models import Membership
from dreiklang.tickets.commands.participation import add_participant
from dreiklang.tickets.models import Correspondence, Message, Note, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]
MAIL = system("mail")

SENDERS = {
    "requester": "rita@klinikum.example",
    "participant": "karl@klinikum.example",
    "addressee": "copy@klinikum.example",
    "colleague": "stranger@klinikum.example",
    "other_customer": "zoe@werk.example",
    "unknown": "wer@fremd.example",
    "agent": "alan@haus.example",
}
PROOFS = ("pass", "fail", "none", "forged")
TIES = ("token", "bad_token", "reference", "number", "nothing")


def make_ticket(alan, message_id: str = "first@klinikum.example") -> Ticket:
    """Rita's ticket, with Karl in copy for good and somebody else in Cc of her mail."""
    outcome = take_in(
        mail(message_id=message_id, headers={"Cc": "copy@klinikum.example"}), mailbox="desk@haus.example", actor=MAIL
    )
    ticket = Ticket.objects.get(number=outcome.ticket)
    add_participant(ticket, actor=alan, address="karl@klinikum.example")
    return ticket


@pytest.fixture
def ticket(cast) -> Ticket:
    return make_ticket(cast.actor("alan"))


def proof(kind: str, domain: str) -> dict[str, str]:
    if kind == "none":
        return {}
    own = dmarc_pass(domain)["Authentication-Results"]
    return {
        "Authentication-Results": {
            "pass": own,
            "fail": own.replace("dmarc=pass", "dmarc=fail"),
            "forged": own.replace("mx.haus.example", "mx.evil.example"),
        }[kind]
    }


def expected(sender: str, proved: str, tie: str) -> str:
    """What P16 and P17 say, written down a second time and otherwise."""
    if tie == "nothing":
        return "held" if sender == "unknown" else "opened"
    if tie == "bad_token":
        return "held"
    if tie == "token":
        return "held" if sender == "agent" else "joined"
    if tie == "reference":
        return "joined" if sender in {"requester", "participant", "addressee"} else "held"
    return "joined" if sender in {"requester", "participant"} and proved == "pass" else "held"


@pytest.mark.parametrize("tie", TIES)
def test_p16_who_joins(cast, tie):
    """140 combinations in all: seven senders, four proofs, five ties."""
    alan = cast.actor("alan")
    for sender, proved in product(SENDERS, PROOFS):
        judge(make_ticket(alan, f"{sender}-{proved}@klinikum.example"), sender, proved, tie)


def judge(ticket: Ticket, sender: str, proved: str, tie: str) -> None:
    address = SENDERS[sender]
    headers = proof(proved, address.partition("@")[2])
    to, subject = "desk@haus.example", "Noch eine Frage"
    if tie == "token":
        to = threads.reply_address(to, token_for(ticket.pk, purpose=threads.REQUESTER))
    elif tie == "bad_token":
        to = threads.reply_address(to, secrets.token_hex(16))
    elif tie == "reference":
        headers["References"] = f"<{sender}-{proved}@klinikum.example>"
    elif tie == "number":
        subject = f"AW: [#{ticket.number}] Drucker druckt nicht"
    before = Message.objects.count()
    outcome = take_in(mail(address, to=to, subject=subject, headers=headers), mailbox="desk@haus.example", actor=MAIL)
    assert outcome.outcome == expected(sender, proved, tie), (sender, proved, outcome)
    if outcome.outcome == "joined":
        assert outcome.ticket == ticket.number
        assert Message.objects.latest("id").is_sender_proven == (proved == "pass")
    elif outcome.outcome == "held":
        assert Message.objects.count() == before
        assert outcome.ticket is None
        assert outcome.claims == (ticket.number if tie in {"token", "reference", "number"} else None)


def test_p16_a_strangers_mail_never_reopens(cast, ticket):
    from dreiklang.tickets.commands.resolution import resolve

    resolve(ticket, actor=cast.actor("alan"), text="Gelöst.")
    take_in(mail("zoe@werk.example", subject=f"[#{ticket.number}] hallo"), actor=MAIL)
    take_in(mail("zoe@werk.example", headers={"References": "<first@klinikum.example>"}), actor=MAIL)
    ticket.refresh_from_db()
    assert ticket.state == "resolved"


def test_a_number_that_no_ticket_has_claims_nothing(ticket):
    outcome = take_in(mail(subject="Ihre Rechnung #99887766"), actor=MAIL)
    assert outcome.outcome == "opened"


# -- P17


def note_to(token: str) -> str:
    return threads.reply_address("desk@haus.example", token)


def notes_of(ticket: Ticket) -> int:
    return Note.objects.filter(ticket=ticket).count()


def answer(address: str, *, to: str = "desk@haus.example", proved: str = "pass", **headers: str):
    made = {**proof(proved, address.partition("@")[2]), **headers}
    return take_in(
        mail(address, to=to, text="Kabel getauscht, hilft nicht.\n", headers=made),
        mailbox="desk@haus.example",
        actor=MAIL,
    )


def test_an_agents_answer_to_a_notification_is_a_note(cast, ticket):
    token = token_for(ticket.pk, purpose=threads.NOTE, person_id=cast.alan.pk)
    outcome = answer("alan@haus.example", to=note_to(token))
    note = Note.objects.get(ticket=ticket)
    assert (outcome.outcome, note.author, note.channel) == ("joined", cast.alan, "mail")
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_it_is_a_note_by_the_message_id_too(cast, ticket):
    token = token_for(ticket.pk, purpose=threads.NOTE, person_id=cast.alan.pk)
    ours = threads.make_message_id(mark=instance.mark(), host="haus.example", thread=token)
    remember(ours, ticket_id=ticket.pk, is_ours=True, purpose=threads.NOTE, person_id=cast.alan.pk)
    assert answer("alan@haus.example", **{"In-Reply-To": f"<{ours}>"}).outcome == "joined"
    assert notes_of(ticket) == 1


def test_p17_a_tampered_token_is_held(cast, ticket):
    token = token_for(ticket.pk, purpose=threads.NOTE, person_id=cast.alan.pk)
    for at in range(0, 32, 2):
        tampered = token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1 :]
        assert answer("alan@haus.example", to=note_to(tampered)).outcome == "held"
    assert notes_of(ticket) == 0


OTHERS = (
    *("berta@haus.example", "rita@klinikum.example", "zoe@werk.example", "wer@fremd.example"),
    *("victor@hersteller.example", "alan@haus.example.evil.example"),
)


def test_p17_a_foreign_or_unproven_sender_with_the_token_is_held(cast, ticket):
    token = token_for(ticket.pk, purpose=threads.NOTE, person_id=cast.alan.pk)
    tries = [("alan@haus.example", proved) for proved in ("fail", "none", "forged")] + list(product(OTHERS, PROOFS))
    assert len(tries) == 27
    for address, proved in tries:
        assert answer(address, to=note_to(token), proved=proved).outcome == "held", (address, proved)
    assert notes_of(ticket) == 0
    assert Message.objects.filter(ticket=ticket).count() == 1


@pytest.mark.parametrize("lost", ["account", "role", "person"])
def test_p17_a_leaver_with_the_token_is_held(cast, ticket, lost):
    token = token_for(ticket.pk, purpose=threads.NOTE, person_id=cast.alan.pk)
    account = cast.alan.account
    if lost == "account":
        account.is_active = False
        account.save()
    elif lost == "role":
        account.roles = ["requester"]
        account.save()
        Membership.objects.filter(person=cast.alan).delete()
    else:
        cast.alan.is_active = False
        cast.alan.save()
    assert answer("alan@haus.example", to=note_to(token)).outcome == "held"
    assert notes_of(ticket) == 0


# -- third parties


def test_a_vendors_answer_is_correspondence_and_never_a_message(cast, ticket):
    from dreiklang.tickets.commands.corresponding import write_to_third_party

    words = write_to_third_party(
        ticket, actor=cast.actor("alan"), party_name="Hersteller", party_address="help@maker.example", text="Bitte."
    )
    ours = threads.make_message_id(mark=instance.mark(), host="haus.example")
    remember(
        ours, ticket_id=ticket.pk, is_ours=True, purpose=threads.PARTY,
        addresses=["help@maker.example"], correspondence_id=words.pk,
    )  # fmt: skip
    outcome = answer("help@maker.example", proved="none", **{"In-Reply-To": f"<{ours}>"})
    assert outcome.outcome == "joined"
    assert Correspondence.objects.filter(ticket=ticket, direction="in").count() == 1
    assert Message.objects.filter(ticket=ticket).count() == 1


# -- P20


def test_p20_after_a_restore_no_mail_of_the_lost_days_is_misfiled(cast, mailbox, record_property):
    """Tickets are made and answered, the backup of before comes back, others get their numbers; all answers arrive."""
    lost, count = [], times(50, least=10)
    for n in range(count):
        number = 10_001 + n
        ours = threads.make_message_id(mark=instance.mark(), host="haus.example")
        lost.append((number, ours, threads.new_token()))
    instance.new_epoch()
    others = []
    for n in range(count):
        outcome = take_in(mail(message_id=f"new{n}@klinikum.example", subject=f"Neu {n}"), actor=MAIL)
        ticket = Ticket.objects.get(number=outcome.ticket)
        ours = threads.make_message_id(mark=instance.mark(), host="haus.example")
        remember(ours, ticket_id=ticket.pk, is_ours=True, addresses=["rita@klinikum.example"])
        others.append((ticket.number, ours))
    misfiled = 0
    for (_number, ours, token), (taken, _own) in zip(lost, others, strict=True):
        subject = f"AW: [#{taken}] Drucker"  # the lost ticket's number, which another bears now
        for to, headers in (
            ("desk@haus.example", {"In-Reply-To": f"<{ours}>", **dmarc_pass()}),
            (note_to(token), dmarc_pass()),
        ):
            outcome = take_in(mail(to=to, subject=subject, headers=headers), mailbox="desk@haus.example", actor=MAIL)
            misfiled += outcome.outcome == "joined"
            assert (outcome.outcome, outcome.reason) == ("held", "unknown_thread")
    for number, ours in others:
        outcome = take_in(mail(subject=f"AW: [#{number}] Neu", headers={"In-Reply-To": f"<{ours}>"}), actor=MAIL)
        misfiled += outcome.ticket != number
    assert misfiled == 0
    record_property("figure", f"{3 * count} answers to {2 * count} tickets of both lives, 0 misfiled")


# -- what people decide


def held_of_zoe(ticket: Ticket) -> Held:
    take_in(mail("zoe@werk.example", subject=f"[#{ticket.number}] auch bei uns"), actor=MAIL)
    return Held.objects.get()


def test_a_held_mail_is_a_row_of_the_first_level_and_of_nobody_outside(cast, ticket):
    held = held_of_zoe(ticket)
    assert list(held_waiting(cast.actor("alan"))) == [held]
    assert held.claimed == ticket
    for outsider in ("rita", "zoe", "victor", "eve"):
        assert not held_waiting(cast.actor(outsider)).exists()
        with pytest.raises(NotAllowed):
            join_held(held, actor=cast.actor(outsider))


def test_joined_by_a_person_the_senders_next_answer_joins_by_itself(cast, ticket):
    held = held_of_zoe(ticket)
    join_held(held, actor=cast.actor("alan"))
    held.refresh_from_db()
    assert (held.settlement, held.settled_by) == ("joined", cast.alan)
    assert Message.objects.filter(ticket=ticket).count() == 2
    ours = threads.make_message_id(mark=instance.mark(), host="haus.example")
    remember(ours, ticket_id=ticket.pk, is_ours=True)
    assert answer("zoe@werk.example", proved="none", References=f"<{ours}>").outcome == "joined"
    with pytest.raises(WrongState):
        dismiss_held(held, actor=cast.actor("alan"))


def test_opened_by_a_person_it_is_a_ticket_of_its_sender(cast, ticket):
    made = open_held(held_of_zoe(ticket), actor=cast.actor("alan"))
    assert (made.requester, made.customer) == (cast.zoe, cast.organizations["works"])
    assert not held_waiting(cast.actor("alan")).exists()


def test_dismissed_it_stays_stored(cast, ticket):
    held = dismiss_held(held_of_zoe(ticket), actor=cast.actor("alan"), is_spam=True)
    assert held.settlement == "spam"
    assert bytes(held.incoming.raw)
