"""How much there is to search in is counted for each reader, and kept for half a minute where it is much."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast
from tests.conftest import MONDAY_MORNING

from dreiklang.kernel import clock
from dreiklang.knowledge.models import Article, Edition
from dreiklang.knowledge.policy import visible_to
from dreiklang.knowledge.queries import sizes
from dreiklang.organizations.models import Organization


def published(customer: Organization, key: str) -> None:
    Edition.objects.create(
        article=Article.objects.create(key=key, made_at=clock.now()),
        language="de",
        audience="customer",
        customer=customer,
        is_published=True,
        published_at=clock.now(),
        title_length=3,
        body_length=30,
    )


def test_p28_what_is_kept_of_one_reader_is_told_to_no_other(
    cast: Cast, frozen: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "MANY", 0)
    monkeypatch.setattr(sizes, "_kept", {})
    published(cast.organizations["clinic"], "a")
    rita, zoe = visible_to(cast.actor("rita")), visible_to(cast.actor("zoe"))
    assert sizes.collections_of(rita)["de"].texts == 1
    assert sizes.collections_of(zoe) == {}
    published(cast.organizations["works"], "b")
    published(cast.organizations["clinic"], "c")
    assert sizes.collections_of(rita)["de"].texts == 1
    assert sizes.collections_of(zoe)["de"].texts == 1
    with clock.standing_at(MONDAY_MORNING + timedelta(seconds=30)):
        assert sizes.collections_of(rita)["de"].texts == 2
    assert sizes.collections_of(Edition.objects.none()) == {}
