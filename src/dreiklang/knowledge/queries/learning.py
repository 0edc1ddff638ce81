"""Whether there is anything to learn."""

from __future__ import annotations

from django.db.models import Max

from dreiklang.kernel.models import JournalLine
from dreiklang.knowledge.events import MeaningsLearned
from dreiklang.knowledge.models import Edition, Posting


def has_news() -> bool:
    """Whether an article that everybody may read was published since words and meanings were learned last, or the
    postings were written before they told what stands first in a text."""
    if Posting.objects.exists() and not Posting.objects.filter(in_lead__gt=0).exists():
        return True
    public = Edition.objects.filter(audience=Edition.Audience.PUBLIC, is_published=True)
    newest = public.aggregate(newest=Max("published_at"))["newest"]
    if newest is None:
        return False
    learned = JournalLine.objects.filter(
        subject_kind=MeaningsLearned.subject_kind, subject_id=0, code=MeaningsLearned.code
    )
    last = learned.order_by("-id").values_list("at", flat=True).first()
    return last is None or newest > last
