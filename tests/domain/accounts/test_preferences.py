"""What a person sets for themselves."""

import pytest

from dreiklang.accounts.commands import preferences
from dreiklang.kernel.errors import Invalid, NotAllowed
from dreiklang.kernel.journal import lines_about


def test_preferences_and_language_are_kept_without_a_journal_line(cast):
    alan = cast.actor("alan")
    preferences.set_preference(cast.alan.account, "theme", "dark", actor=alan)
    preferences.set_preference(cast.alan.account, "single_keys", False, actor=alan)
    preferences.set_language(cast.alan.account, "en", actor=alan)
    cast.alan.account.refresh_from_db()
    assert cast.alan.account.preferences == {"theme": "dark", "single_keys": False}
    assert cast.alan.account.language == "en"
    assert not list(lines_about("account", [cast.alan.account.pk]))


def test_unknown_preferences_and_languages_are_refused(cast):
    alan = cast.actor("alan")
    with pytest.raises(Invalid):
        preferences.set_preference(cast.alan.account, "roles", ["administrator"], actor=alan)
    with pytest.raises(Invalid):
        preferences.set_language(cast.alan.account, "fr", actor=alan)


def test_nobody_sets_another_ones_preferences(cast):
    for name in ("ada", "zoe"):
        with pytest.raises(NotAllowed):
            preferences.set_preference(cast.alan.account, "theme", "dark", actor=cast.actor(name))
