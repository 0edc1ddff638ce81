"""The second factor at sign-in, and ending one session alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.accounts.commands import second_factor
from dreiklang.accounts.models import Account, RecoveryCode, SecondFactor
from dreiklang.accounts.rules import second_factors as rules
from dreiklang.kernel import clock, secrets
from dreiklang.kernel.errors import Invalid, NotAllowed
from dreiklang.kernel.permissions import system

PASSWORD = "a-sentence-to-remember"
DOOR = system("test")


@pytest.fixture
def alan(cast: Cast) -> Account:
    """Alan's account, with a password."""
    account = cast.alan.account
    assert account is not None
    account.set_password(PASSWORD)
    account.save()
    return account


def code_of(account: Account, *, later: int = 0) -> str:
    """What the app shows now, or some steps later."""
    secret = secrets.decrypt(SecondFactor.objects.get(account=account).sealed_secret)
    return rules.code_at(secret, rules.step_of(clock.now()) + later)


def set_up(cast: Cast, account: Account) -> list[str]:
    """A second factor, confirmed with a code of the step before, so that the present one is still good."""
    second_factor.begin_second_factor(account, actor=cast.actor("alan"))
    return second_factor.confirm_second_factor(account, code_of(account, later=-1), actor=cast.actor("alan"))


def first_factor(client: Client, account: Account) -> str:
    """Give the password; where it leads."""
    answer = client.post("/sign-in/", {"login": account.login, "password": PASSWORD, "next": "/desk/"})
    return str(answer.headers["Location"])


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    # RFC 6238, appendix B, the last six digits of the SHA-1 column
    assert rules.code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds // 30) == code


def test_p23_a_password_alone_opens_nothing_any_more(cast: Cast, alan: Account, client: Client) -> None:
    assert first_factor(Client(), alan) == "/desk/"
    set_up(cast, alan)
    assert first_factor(client, alan) == "/sign-in/second/"
    assert client.get("/desk/search/").status_code == 302
    assert client.post("/sign-in/second/", {"code": "000000"}).status_code == 422
    assert client.get("/desk/search/").status_code == 302
    passed = client.post("/sign-in/second/", {"code": code_of(alan)})
    assert passed.headers["Location"] == "/desk/"
    assert client.get("/desk/search/").status_code == 200


def test_p23_a_code_works_once_and_guesses_wait(cast: Cast, alan: Account) -> None:
    set_up(cast, alan)
    code = code_of(alan)
    assert second_factor.try_second_factor(alan, code, remote="192.0.2.1", actor=DOOR)[0]
    assert not second_factor.try_second_factor(alan, code, remote="192.0.2.2", actor=DOOR)[0]
    waits = [second_factor.try_second_factor(alan, "123456", remote="192.0.2.3", actor=DOOR)[1] for _n in range(5)]
    assert waits[-1] > timedelta(0)


def test_a_recovery_code_works_once_and_is_kept_hashed(cast: Cast, alan: Account) -> None:
    codes = set_up(cast, alan)
    assert len(codes) == 10
    kept = {bytes(d) for d in RecoveryCode.objects.values_list("digest", flat=True)}
    assert not any(code.encode() in digest for code in codes for digest in kept)
    typed = codes[0].upper().replace("-", " ")
    assert second_factor.try_second_factor(alan, typed, remote="192.0.2.1", actor=DOOR)[0]
    assert not second_factor.try_second_factor(alan, typed, remote="192.0.2.1", actor=DOOR)[0]


def test_only_a_code_or_an_administrator_removes_it(cast: Cast, alan: Account) -> None:
    set_up(cast, alan)
    with pytest.raises(Invalid):
        second_factor.remove_second_factor(alan, actor=cast.actor("alan"), code="000000")
    with pytest.raises(NotAllowed):
        second_factor.remove_second_factor(alan, actor=cast.actor("berta"))
    second_factor.remove_second_factor(alan, actor=cast.actor("ada"))
    assert not SecondFactor.objects.exists()


def test_it_is_set_up_on_ones_own_page(cast: Cast, alan: Account, client: Client) -> None:
    first_factor(client, alan)
    page = client.post("/sign-in/account/second/").content.decode()
    assert "data:image/png" in page
    assert client.post("/sign-in/account/second/confirmation/", {"code": "1"}).status_code == 422
    shown = client.post("/sign-in/account/second/confirmation/", {"code": code_of(alan)})
    assert shown.status_code == 201
    assert shown.content.decode().count("<code>") == 10
    assert "second/removal" in client.get("/sign-in/account/").content.decode()


def test_one_session_is_ended_and_the_others_stay(cast: Cast, alan: Account) -> None:
    here, there = Client(headers={"user-agent": "Firefox/133"}), Client(headers={"user-agent": "Chrome/130"})
    first_factor(here, alan)
    first_factor(there, alan)
    page = here.get("/sign-in/account/").content.decode()
    assert "Chrome" in page
    address = page.partition('action="/sign-in/account/sessions/')[2].partition('"')[0]
    strange = Client()
    strange.force_login(cast.berta.account)
    assert strange.post(f"/sign-in/account/sessions/{address}").status_code == 404
    here.post(f"/sign-in/account/sessions/{address}")
    assert there.get("/desk/search/").status_code == 302
    assert here.get("/desk/search/").status_code == 200
