"""Signing in by password and by link; what ends access."""

import math
import random
import statistics
import time
from datetime import timedelta

import pytest
from tests.cast import Cast
from tests.share import times

from dreiklang.accounts import backends, queries, rules
from dreiklang.accounts.commands import accounts, attempts, links, passwords, preferences, signing_in, tokens
from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.models import Attempt, OneTimeLink
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.teams.queries import actor_by_token

DOOR = system("sign_in")
PASSWORD = "drei klänge am Morgen"


@pytest.fixture
def real_hashing(settings):
    """Argon2 as the desk runs it, not the quick one of the tests; its hash of nobody is not kept for other costs."""
    settings.PASSWORD_HASHERS = ["dreiklang.accounts.backends.Argon2"]
    backends._hash_of_nobody.cache_clear()
    yield
    backends._hash_of_nobody.cache_clear()


@pytest.fixture
def account(cast: Cast):
    return passwords.set_password(cast.alan.account, PASSWORD, actor=DOOR)


def attempt(login: str, password: str, remote: str = "192.0.2.1", known: bool = False) -> signing_in.Answer:
    return signing_in.try_password(login, password, remote=remote, is_known_browser=known, actor=DOOR)


def test_the_right_password_signs_in_whatever_the_case_of_the_name(account, frozen):
    assert attempt(f" {account.login.upper()} ", PASSWORD).account == account
    assert [line.event.code for line in lines_about("account", [account.pk])][-1] == "account.signed_in"


def test_wrong_unknown_disabled_and_passwordless_are_answered_alike(account, cast, frozen):
    accounts.disable(cast.dora.account, actor=cast.actor("ada"))
    for login in (account.login, "nobody@haus.example", cast.dora.account.login, cast.berta.account.login):
        assert attempt(login, "wrong") == signing_in.Answer()


def test_p22_every_answer_costs_exactly_one_hashing(real_hashing, account, cast, monkeypatch):
    accounts.disable(cast.dora.account, actor=cast.actor("ada"))
    counted: list[str] = []
    encode = backends.Argon2.encode
    verify = backends.Argon2.verify

    def encoding(self, password, salt):
        counted.append("encode")
        return encode(self, password, salt)

    def verifying(self, password, encoded):
        counted.append("verify")
        return verify(self, password, encoded)

    attempt("nobody@haus.example", "the first try of a process makes the hash of nobody")
    monkeypatch.setattr(backends.Argon2, "encode", encoding)
    monkeypatch.setattr(backends.Argon2, "verify", verifying)
    for login in (account.login, "nobody@haus.example", cast.dora.account.login, cast.berta.account.login):
        counted.clear()
        attempt(login, "wrong")
        assert len(counted) == 1, login


def test_a_password_hashed_at_a_lower_cost_is_hashed_anew_once_it_is_proven(real_hashing, account, monkeypatch):
    monkeypatch.setattr(backends.Argon2, "time_cost", 3)
    assert attempt(account.login, PASSWORD).account == account
    account.refresh_from_db()
    assert ",t=3," in account.password
    assert attempt(account.login, PASSWORD).account == account


def test_p22_known_and_unknown_accounts_take_the_same_time(real_hashing, account, record_property):
    """A difference that is there shows in every round; chance alone shows one in a hundred rounds, never in three."""
    for _round in range(3):
        known, unknown = tries_of(account, times(1_000, least=31))
        p = probability_of_no_difference(known, unknown)
        record_property("figure", f"{len(known):,} samples each, medians {1000 * statistics.median(known):.2f} and"
                                  f" {1000 * statistics.median(unknown):.2f} ms, p = {p:.2f}")  # fmt: skip
        if p > 0.01:
            return
    raise AssertionError(f"p = {p}")


def tries_of(account, count):
    """How long tries take, in seconds, with a login that is known and with one that is not, in turns by chance."""
    backend, chance = backends.PasswordBackend(), random.Random(22)
    known, unknown = [], []
    for number in range(count):
        pair = [(account.login, known), (f"nobody{number}@haus.example", unknown)]
        chance.shuffle(pair)
        for login, taken in pair:
            begun = time.perf_counter()
            backend.authenticate(None, login, "wrong")
            taken.append(time.perf_counter() - begun)
    return known, unknown


def probability_of_no_difference(one: list[float], other: list[float]) -> float:
    """Two-sided p of Mann and Whitney's rank test, by its normal approximation (fine from twenty samples on)."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_value, group) in enumerate(ranked, start=1) if group == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


@pytest.mark.parametrize("addresses", [1, 200])
def test_p23_at_most_twenty_guesses_an_hour_reach_an_account(account, frozen, monkeypatch, record_property, addresses):
    checked: list[str] = []
    monkeypatch.setattr(
        backends.PasswordBackend, "authenticate", lambda self, request, login, password: checked.append(login)
    )
    guesses = times(10_000, least=500)
    for number in range(guesses):
        with clock.standing_at(frozen + timedelta(seconds=3500 * number / guesses)):
            attempt(account.login, f"guess{number}", remote=f"198.51.{number % addresses}.7")
    record_property("figure", f"{guesses:,} guesses from {addresses} addresses, {len(checked)} reached the account")
    assert len(checked) <= 20


def test_p23_guessing_from_one_address_is_slowed_down(account, frozen):
    waits = [attempt(account.login, "wrong").wait for _ in range(5)]
    assert waits[:3] == [timedelta(0)] * 3
    assert waits[3] == timedelta(seconds=2)


def test_p23_a_stranger_who_uses_up_the_tries_does_not_lock_the_owner_out(account, frozen):
    for number in range(20):
        attempt(account.login, "wrong", remote=f"198.51.100.{number}")
    assert attempt(account.login, PASSWORD, remote="192.0.2.9").wait > timedelta(0)
    assert attempt(account.login, PASSWORD, remote="192.0.2.9", known=True).account == account


def test_p23_unknown_names_are_slowed_down_like_known_ones(cast, frozen):
    known = [attempt(cast.alan.account.login, "wrong").wait for _ in range(18)]
    unknown = [attempt("nobody@haus.example", "wrong", remote="192.0.2.2").wait for _ in range(18)]
    assert known == unknown


def test_signing_in_forgives_the_tries_before_it(account, frozen):
    for _ in range(3):
        attempt(account.login, "wrong")
    with clock.standing_at(frozen + timedelta(seconds=3)):
        assert attempt(account.login, PASSWORD).account
        assert attempt(account.login, "wrong").wait == timedelta(0)


def test_signing_in_all_morning_uses_up_no_tries(account, frozen):
    for minute in range(rules.TRIES_FROM_ANYWHERE * 3):
        with clock.standing_at(frozen + timedelta(minutes=minute)):
            assert attempt(account.login, PASSWORD).account == account
    assert not Attempt.objects.exists()


def test_an_office_behind_one_address_signs_in_at_eight_o_clock(account, frozen, monkeypatch):
    monkeypatch.setattr(rules, "TRIES_FROM_ONE_REMOTE", 5)
    assert all(attempt(account.login, PASSWORD, known=number % 2 == 0).account for number in range(20))
    assert not Attempt.objects.exists()


def test_p23_who_signs_in_between_guesses_wins_no_guesses(account, cast, frozen):
    """A stranger with an account of their own at the same address, and an owner who comes and goes meanwhile."""
    own = passwords.set_password(cast.ada.account, PASSWORD, actor=DOOR)
    reached = 0
    for number in range(60):
        with clock.standing_at(frozen + timedelta(seconds=50 * number)):
            reached += attempt(account.login, "wrong", remote=f"198.51.100.{number}").wait == timedelta(0)
            assert attempt(own.login, PASSWORD, remote=f"198.51.100.{number}").account == own
            assert attempt(account.login, PASSWORD, remote="192.0.2.9", known=True).account == account
    assert reached == rules.TRIES_FROM_ANYWHERE


def test_p23_a_new_password_ends_sessions_tokens_and_links(account, cast, frozen):
    actor = cast.actor("alan")
    before = account.get_session_auth_hash()
    _token, secret = tokens.make_token(account, name="Script", scopes=["tickets.work"], actor=actor)
    link = links.make_link(rules.RESET, account=account, actor=DOOR)
    assert actor_by_token(secret)
    passwords.set_password(account, "noch ein anderes Lied", old=PASSWORD, actor=actor)
    account.refresh_from_db()
    assert account.get_session_auth_hash() != before
    assert actor_by_token(secret) is None
    with pytest.raises(DeadLink):
        links.redeem_link(link, purpose=rules.RESET, actor=DOOR)


def test_p23_disabling_ends_every_way_in(account, cast, frozen):
    before = account.get_session_auth_hash()
    _token, secret = tokens.make_token(account, name="Script", scopes=["tickets.work"], actor=cast.actor("alan"))
    link = links.make_link(rules.SIGN_IN, account=account, actor=DOOR)
    account = accounts.disable(account, actor=cast.actor("ada"))
    assert account.get_session_auth_hash() != before
    assert actor_by_token(secret) is None
    assert queries.live_link(link, purpose=rules.SIGN_IN) is None
    with pytest.raises(DeadLink):
        links.redeem_link(link, purpose=rules.SIGN_IN, actor=DOOR)
    assert attempt(account.login, PASSWORD).account is None
    accounts.enable(account, actor=cast.actor("ada"))
    assert actor_by_token(secret) is None


def test_the_old_password_is_asked_for(account, cast):
    with pytest.raises(Invalid) as refused:
        passwords.set_password(account, "noch ein anderes Lied", old="wrong", actor=cast.actor("alan"))
    assert "old" in refused.value.fields


@pytest.mark.parametrize("weak", ["", "kurz", "password123", "alan@haus.example", "x" * 1001, "a\x00" * 10])
def test_weak_passwords_are_refused(account, weak):
    with pytest.raises(Invalid) as refused:
        passwords.set_password(account, weak, actor=DOOR)
    assert "password" in refused.value.fields


def test_nobody_sets_another_ones_password(account, cast):
    with pytest.raises(NotAllowed):
        passwords.set_password(account, PASSWORD, actor=cast.actor("ada"))


def test_p26_a_link_works_once_for_one_purpose_until_it_expires(account, frozen):
    secret = links.make_link(rules.SIGN_IN, account=account, actor=DOOR)
    assert len(secret) * 6 >= 128
    assert bytes(OneTimeLink.objects.get().digest) != secret.encode()
    with pytest.raises(DeadLink):
        links.redeem_link(secret, purpose=rules.RESET, actor=DOOR)
    assert queries.live_link(secret, purpose=rules.SIGN_IN)
    assert links.redeem_link(secret, purpose=rules.SIGN_IN, actor=DOOR).account == account
    with pytest.raises(DeadLink):
        links.redeem_link(secret, purpose=rules.SIGN_IN, actor=DOOR)
    late = links.make_link(rules.SIGN_IN, account=account, actor=DOOR)
    with clock.standing_at(frozen + timedelta(minutes=30)), pytest.raises(DeadLink):
        links.redeem_link(late, purpose=rules.SIGN_IN, actor=DOOR)


def test_a_link_may_be_about_a_subject_instead_of_an_account(frozen, db):
    secret = links.make_link(rules.CONFIRM, subject=("ticket", 47), lasts=timedelta(days=10), actor=DOOR)
    with clock.standing_at(frozen + timedelta(days=9)):
        link = links.redeem_link(secret, purpose=rules.CONFIRM, actor=DOOR)
    assert (link.subject_kind, link.subject_id, link.account) == ("ticket", 47, None)


def test_p22_three_mails_an_hour_and_address_known_or_unknown(cast, frozen):
    for address in ("rita@klinikum.example", "nobody@klinikum.example"):
        assert [attempts.take_mail(address, "192.0.2.1", actor=DOOR) for _ in range(4)] == [True] * 3 + [False]
        with clock.standing_at(frozen + timedelta(hours=1)):
            assert attempts.take_mail(address.upper(), "192.0.2.1", actor=DOOR)


def test_old_tries_are_forgotten_and_a_second_run_finds_none(account, frozen):
    attempt(account.login, "wrong")
    with clock.standing_at(frozen + timedelta(hours=3)):
        assert attempts.forget_old(actor=DOOR) == 3
        assert attempts.forget_old(actor=DOOR) == 0
    assert not Attempt.objects.exists()


def test_a_token_acts_for_its_owner_within_its_scopes(cast, frozen):
    _token, secret = tokens.make_token(
        cast.alan.account, name="Script", scopes=["tickets.work", "control.use"][:1], actor=cast.actor("alan")
    )
    actor, _found = actor_by_token(secret)
    assert actor.id == cast.alan.pk
    assert actor.rights == {"tickets.work"}
    with pytest.raises(NotAllowed):
        tokens.make_token(cast.alan.account, name="Wider", scopes=["tickets.work"], actor=actor)


def test_p23_a_token_opens_nothing_that_is_its_owners_alone(cast, frozen):
    account = cast.rita.account
    _token, secret = tokens.make_token(account, name="x", scopes=["portal.use"], actor=cast.actor("rita"))
    actor, token = actor_by_token(secret)
    for forbidden in (
        lambda: passwords.set_password(account, PASSWORD, actor=actor),
        lambda: tokens.make_token(account, name="y", scopes=["portal.use"], actor=actor),
        lambda: tokens.revoke_token(token, actor=actor),
        lambda: accounts.end_sessions(account, actor=actor),
        lambda: preferences.set_language(account, "en", actor=actor),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_tokens_are_refused_with_screens_no_scope_or_no_name(cast):
    for name, scopes in (("x", ["control.use"]), ("x", []), (" ", ["tickets.work"]), ("x", ["emperor"])):
        with pytest.raises(Invalid):
            tokens.make_token(cast.alan.account, name=name, scopes=scopes, actor=cast.actor("alan"))


def test_a_revoked_or_expired_token_is_dead(cast, frozen):
    actor = cast.actor("alan")
    token, secret = tokens.make_token(cast.alan.account, name="A", scopes=["tickets.work"], actor=actor)
    tokens.revoke_token(token, actor=actor)
    assert actor_by_token(secret) is None
    with pytest.raises(WrongState):
        tokens.revoke_token(token, actor=actor)
    _t, brief = tokens.make_token(
        cast.alan.account, name="B", scopes=["tickets.work"], actor=actor, expires_at=frozen + timedelta(hours=1)
    )
    assert actor_by_token(brief)
    with clock.standing_at(frozen + timedelta(hours=1)):
        assert actor_by_token(brief) is None


def test_the_last_administrator_stays(cast):
    ada = cast.actor("ada")
    with pytest.raises(WrongState):
        accounts.disable(cast.ada.account, actor=ada)
    with pytest.raises(WrongState):
        accounts.change_roles(cast.ada.account, ["agent"], actor=ada)
    cast.persons["max"].account = accounts.change_roles(cast.max.account, ["administrator"], actor=ada)
    assert accounts.disable(cast.ada.account, actor=cast.actor("max")).is_active is False


def test_only_administrators_make_accounts_and_give_roles(cast):
    for name in ("alan", "max", "eve", "rita", "zoe"):
        with pytest.raises(NotAllowed):
            accounts.make_account("x@y.example", roles=["agent"], actor=cast.actor(name))
        with pytest.raises(NotAllowed):
            accounts.change_roles(cast.alan.account, ["administrator"], actor=cast.actor(name))


def test_a_taken_or_unusable_name_is_refused_by_field(cast):
    ada = cast.actor("ada")
    for login in ("ALAN@haus.example", "a", "a b c", "x" * 255):
        with pytest.raises(Invalid) as refused:
            accounts.make_account(login, roles=["agent"], actor=ada)
        assert "login" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        accounts.make_account("new@haus.example", roles=["emperor"], actor=ada)
    assert "roles" in refused.value.fields
