"""P28 and P31 at the portal: words from inside in no answer, foreign tickets without influence, queries constant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.web.portal.conftest import CANARY

from dreiklang.kernel import clock
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message, write_message
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.models import Attachment, Message, Note, Ticket

HTMX = {"HX-Request": "true"}


def answers(client: Client, ticket: Ticket) -> Iterator[tuple[str, bytes, str]]:
    """Every page and fragment of the portal that could show something of a ticket."""
    t, o = reverse("portal:tickets"), reverse("portal:organization")
    gets = [
        reverse("portal:start"), reverse("portal:own_cards"), reverse("portal:profile"), f"{t}?show=all",
        f"{t}?show=open",
        f"{t}?q={CANARY}", f"{t}?q=Etikettendrucker", f"{t}?q={ticket.number}", f"{o}?show=all", f"{o}?show=open",
        f"{o}?q={CANARY}", f"{o}?q=Etikettendrucker", reverse("portal:ticket", args=[ticket.number]),
        reverse("portal:talk", args=[ticket.number]),
    ]  # fmt: skip
    gets += [reverse("portal:file", args=[ticket.number, pk]) for pk in Attachment.objects.values_list("pk", flat=True)]
    gets += [
        reverse("portal:original", args=[ticket.number, pk]) for pk in Message.objects.values_list("pk", flat=True)
    ]
    for where in gets:
        for headers in ({}, HTMX):
            answer = client.get(where, headers=headers)
            yield where, answer.content, str(dict(answer.headers))
    for text in (CANARY, "Etikettendrucker druckt nicht"):
        answer = client.post(reverse("portal:answers"), {"text": text}, headers=HTMX)
        yield "answers", answer.content, str(dict(answer.headers))


@pytest.mark.parametrize("who", ["rita", "karl"])
def test_p31_no_word_from_inside_is_in_any_answer(
    browser: Callable[[str], Client], cast: Cast, inside_words: Ticket, secret_files: list[int], who: str
) -> None:
    assert Note.objects.filter(text__contains=CANARY).exists()
    assert secret_files
    count = 0
    for where, content, headers in answers(browser(who), inside_words):
        shown = content.decode(errors="replace").replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "")
        shown = re.sub(rf"[„“]{CANARY}[”“]", "", shown)
        assert CANARY not in shown, where
        assert CANARY not in headers, where
        count += 1
    assert count > 30


def test_p31_neither_level_nor_priority_nor_staff_is_shown(
    browser: Callable[[str], Client], inside_words: Ticket
) -> None:
    for where, content, _headers in answers(browser("rita"), inside_words):
        text = content.decode(errors="replace")
        for word in ("level-badge", "Level 3", "Level 2", "prio-", "staff", "Carl Thomsen", "Netz"):
            assert word not in text, (where, word)


def test_p31_the_note_of_a_pause_stays_inside(browser: Callable[[str], Client], cast: Cast, ticket: Ticket) -> None:
    pause(ticket, actor=cast.actor("alan"), reason="other", note=CANARY)
    for where, content, _headers in answers(browser("rita"), ticket):
        shown = content.decode(errors="replace").replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "")
        assert CANARY not in re.sub(rf"[„“]{CANARY}[”“]", "", shown), where


def test_what_can_still_be_called_back_is_not_shown_yet(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket
) -> None:
    rita, where = browser("rita"), reverse("portal:ticket", args=[ticket.number])
    written = write_message(
        ticket, actor=cast.actor("alan"), text="Vorschnelle Worte", html="<p>Vorschnelle Worte</p>",
        attachments=[Upload("vorschnell.txt", "text/plain", b"x")],
    )  # fmt: skip
    file = reverse("portal:file", args=[ticket.number, Attachment.objects.get().pk])
    original = reverse("portal:original", args=[ticket.number, written.pk])
    assert "Vorschnelle" not in rita.get(where).content.decode()
    assert rita.get(file).status_code == rita.get(original).status_code == 404
    Message.objects.filter(pk=written.pk).update(delivery="sent")
    assert "Vorschnelle" in rita.get(where).content.decode()
    assert rita.get(file).status_code == rita.get(original).status_code == 200
    Message.objects.filter(pk=written.pk).update(delivery="withdrawn")
    assert "Vorschnelle" not in rita.get(where).content.decode()
    assert rita.get(file).status_code == 404


def masked(content: bytes) -> str:
    """A page without tokens and moments."""
    text = re.sub(r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken":"[^"]+"', "", content.decode())
    return re.sub(r'<time[^>]*>[^<]*</time>|datetime="[^"]*"', "", text)


@pytest.mark.parametrize("who", ["rita", "karl"])
def test_p28_what_others_store_changes_no_byte_of_a_list_or_search(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket, frozen: object, who: str
) -> None:
    client = browser(who)
    before = [(w, masked(c)) for w, c, _h in answers(client, ticket)]
    zoe = cast.actor("zoe")
    for n in range(25):
        open_with_message(
            cast.zoe, actor=zoe, subject=f"Etikettendrucker druckt nicht {n}", text=f"Etikettendrucker {CANARY}",
            channel="portal",
        )  # fmt: skip
    after = [(w, masked(c)) for w, c, _h in answers(client, ticket)]
    kept = {w for w, _c in before}
    assert before == [pair for pair in after if pair[0] in kept]


def many(cast: Cast, count: int) -> None:
    for n in range(count):
        opened = open_with_message(
            cast.rita, actor=cast.actor("rita"), subject=f"Fall {n}", text="Es geht nicht.", channel="portal"
        )
        write_message(opened, actor=cast.actor("alan"), text="Wir schauen.")


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("rita", "/portal/"), ("rita", "/portal/own/"), ("rita", "/portal/tickets/?show=all"),
        ("rita", "/portal/tickets/?q=Fall"), ("karl", "/portal/organization/?show=all"),
        ("karl", "/portal/organization/?q=Fall"),
    ],
)  # fmt: skip
def test_a_list_asks_the_database_the_same_number_of_questions_whatever_its_length(
    browser: Callable[[str], Client], cast: Cast, who: str, where: str
) -> None:
    client = browser(who)
    counts = []
    for more in (2, 20):
        many(cast, more)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(where).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_a_conversation_asks_the_same_number_of_questions_whatever_its_length(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket
) -> None:
    rita, counts = browser("rita"), []
    for more in (1, 15):
        for _n in range(more):
            receive_message(
                ticket, actor=cast.actor("rita"), author=cast.rita, text="Noch etwas.",
                attachments=[Upload("a.txt", "text/plain", b"a")],
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            rita.get(reverse("portal:ticket", args=[ticket.number]))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_pages_go_on_by_key_and_show_each_ticket_once(browser: Callable[[str], Client], cast: Cast) -> None:
    many(cast, 45)
    rita, where, seen = browser("rita"), reverse("portal:tickets") + "?show=all", []
    while where:
        answer = rita.get(where, headers=HTMX)
        text = answer.content.decode()
        seen += re.findall(r"/portal/tickets/(\d+)/\"", text)
        more = re.search(r'<li class="more"><a[^>]*href="([^"]+)"', text)
        where = more.group(1).replace("&amp;", "&") if more else ""
    assert len(set(seen)) == 45
    assert len(seen) == 45


def test_counts_are_exact_to_999(browser: Callable[[str], Client], cast: Cast, ticket: Ticket) -> None:
    now = clock.now()
    Ticket.objects.bulk_create(
        Ticket(
            number=500_000 + n, subject="alt", channel="mail", state="closed", state_group="settled",
            requester=cast.rita,
            customer=cast.organizations["clinic"], last_word_at=now, opened_at=now, changed_at=now, resolved_at=now,
            closed_at=now,
        )
        for n in range(1_005)
    )  # fmt: skip
    page = browser("karl").get(reverse("portal:organization")).content.decode()
    assert 'Geschlossen <span class="choice-count">999+</span>' in page
    assert 'In Arbeit <span class="choice-count">1</span>' in page
