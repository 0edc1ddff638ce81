"""From case to article: prepared, written, kept in the house until somebody confirms what came from inside."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.knowledge.commands import borrowing, describing, writing
from dreiklang.knowledge.models import Borrowed, Edition
from dreiklang.knowledge.policy import visible_to
from dreiklang.tickets.models import Ticket
from dreiklang.training.commands import articles, lessons
from dreiklang.training.models import ArticleUse
from dreiklang.training.queries import drafting


def written(cast: Cast, ticket: Ticket, audience: str = "public", may_leave: tuple[str, ...] = ()) -> Edition:
    """The article of a case, as it is prepared, by Carl."""
    found = drafting.prepared_from(ticket, actor=cast.actor("carl"))
    parts = articles.Parts(found.symptom, found.cause, "Regel 114 freigeben lassen.", found.environment)
    return articles.write_up(
        ticket, actor=cast.actor("carl"), title=found.title, parts=parts, language="de", audience=audience,
        may_leave=may_leave,
    ).edition  # fmt: skip


def test_a_case_prepares_its_article(cast: Cast, hard: Ticket) -> None:
    found = drafting.prepared_from(hard, actor=cast.actor("carl"))
    assert found.symptom == "Seit heute früh kommt kein Etikett mehr."
    assert found.cause == "Firewallregel 114 gelesen: Port 9100 war gesperrt"
    assert found.environment == "- Druck"
    assert "Warteschlange hängt auf dem Druckserver ps-03." in [said.text for said in found.inside]


def test_p31_words_from_inside_leave_only_when_somebody_confirmed_them(cast: Cast, hard: Ticket) -> None:
    carl, most = cast.actor("carl"), cast.actor("max")
    edition = written(cast, hard)
    standing = {one.source for one in Borrowed.objects.all()}
    assert standing == {"requester", "intervention"}
    with pytest.raises(Invalid) as refused:
        writing.publish(edition, actor=most)
    assert refused.value.code == "unconfirmed"
    assert not visible_to(cast.actor("zoe")).exists()
    for one in Borrowed.objects.all():
        borrowing.confirm_borrowed(one, actor=carl)
    writing.publish(edition, actor=most)
    assert visible_to(cast.actor("zoe")).exists()
    with pytest.raises(WrongState):
        borrowing.doubt_borrowed(Borrowed.objects.first(), actor=carl)


def test_what_is_published_inside_does_not_become_public_by_a_change_of_readers(cast: Cast, hard: Ticket) -> None:
    edition, most = written(cast, hard, audience="internal"), cast.actor("max")
    writing.publish(edition, actor=most)
    for audience in ("public", "customer"):
        with pytest.raises(Invalid):
            describing.set_audience(edition, actor=most, audience=audience, customer=cast.organizations["works"])
    describing.set_audience(edition, actor=most, audience="level", level=1)
    # words that were taken out keep nothing back; words put in again do
    writing.write(edition.article, actor=most, language="de", title="Etikettendrucker", body="Regel freigeben.")
    writing.publish(edition, actor=most)
    describing.set_audience(edition, actor=most, audience="public")
    writing.write(
        edition.article, actor=most, language="de", title="Etikettendrucker", body="Firewallregel 114\ngelesen"
    )
    with pytest.raises(Invalid):
        writing.publish(edition, actor=most)


def test_words_confirmed_while_writing_are_remembered_as_such(cast: Cast, hard: Ticket) -> None:
    inside = tuple(said.text for said in drafting.inside_words(hard, actor=cast.actor("carl")))
    edition = written(cast, hard, may_leave=inside)
    assert not Borrowed.objects.filter(confirmed_at=None).exists()
    writing.publish(edition, actor=cast.actor("max"))


def test_the_lesson_waits_for_the_article_and_the_case_counts_as_its_origin(cast: Cast, hard: Ticket) -> None:
    lesson = lessons.teach(hard, actor=cast.actor("carl"), remedies=["article"])[0]
    edition = written(cast, hard, audience="internal")
    lesson.refresh_from_db()
    assert lesson.article_id == edition.article_id
    writing.publish(edition, actor=cast.actor("max"))
    lesson.refresh_from_db()
    assert lesson.state == "done"
    assert list(ArticleUse.objects.values_list("how", flat=True)) == ["wrote"]
    edition.article.refresh_from_db()
    assert list(edition.article.tags) == ["print"]


def test_what_a_case_taught_is_added_to_an_article_that_is_there(cast: Cast, hard: Ticket) -> None:
    carl = cast.actor("carl")
    there = writing.write(None, actor=carl, language="de", title="Drucker", body="Alt.").edition
    draft = articles.add_to(
        hard, there, actor=carl, parts=articles.Parts(solution="Warteschlange hängt auf dem Server")
    )
    assert draft.body == "Alt.\n\n## Lösung\n\nWarteschlange hängt auf dem Server"
    with pytest.raises(Invalid):
        articles.add_to(hard, there, actor=carl, parts=articles.Parts())
    with pytest.raises(NotAllowed):
        articles.add_to(hard, there, actor=cast.actor("eve"), parts=articles.Parts(solution="x"))


def test_an_article_answers_a_case_once_until_it_is_taken_back(cast: Cast, hard: Ticket) -> None:
    alan = cast.actor("alan")
    draft = writing.write(None, actor=alan, language="de", title="Drucker", body="Neu starten")
    writing.publish(draft.edition, actor=cast.actor("max"))
    article = draft.edition.article
    articles.use_article(hard, article, actor=alan)
    with pytest.raises(WrongState):
        articles.use_article(hard, article, actor=alan)
    assert drafting.counted_uses(article.pk) == 1
    articles.drop_use(hard, article, actor=alan)
    assert drafting.uses_of(hard) == []
