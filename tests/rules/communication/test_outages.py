"""When an outage holds, and which requests are about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dreiklang.communication.rules.outages import Standing, in_language, is_about, standing

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TITLES = {"de": "E-Mail ist gestört", "en": "Mail is down"}


@pytest.mark.parametrize(
    ("kind", "from_at", "until_at", "ended_at", "stands"),
    [
        ("disruption", NOW - HOUR, None, None, Standing.RUNNING),
        ("disruption", NOW - 2 * HOUR, NOW - HOUR, None, Standing.RUNNING),  # what was expected is not what happened
        ("disruption", NOW - HOUR, None, NOW, Standing.ENDED),
        ("planned", NOW + HOUR, NOW + 2 * HOUR, None, Standing.COMING),
        ("planned", NOW, NOW + HOUR, None, Standing.RUNNING),
        ("planned", NOW - 2 * HOUR, NOW, None, Standing.ENDED),
        ("planned", NOW + HOUR, NOW + 2 * HOUR, NOW, Standing.ENDED),
    ],
)
def test_planned_work_ends_with_its_time_and_a_disruption_when_somebody_says_so(
    kind: str, from_at: datetime, until_at: datetime | None, ended_at: datetime | None, stands: Standing
) -> None:
    assert standing(kind=kind, from_at=from_at, until_at=until_at, ended_at=ended_at, now=NOW) == stands


@pytest.mark.parametrize(
    ("text", "is_about_it"),
    [
        ("Meine E-Mails kommen nicht an", True),
        ("I cannot send any mail", True),
        ("Das Orbis hängt seit heute", True),
        ("Der Drucker ist gestört", False),
        ("The system is down and nothing works", False),
        ("", False),
        ("?! …", False),
    ],
)
def test_a_request_is_about_an_outage_if_they_share_a_word_that_tells_something(text: str, is_about_it: bool) -> None:
    assert is_about(text, titles=TITLES, services=["Orbis KIS"]) is is_about_it


def test_what_is_said_in_one_language_only_is_read_in_every_one() -> None:
    assert in_language({"de": "Netz"}, "en-GB") == "Netz"
    assert in_language({"de": "Netz", "en": "Network"}, "en-GB") == "Network"
    assert in_language({}, "de") == ""
