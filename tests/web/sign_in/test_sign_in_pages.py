"""The door: pages of signing in, as a browser without scripts sees them."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from dreiklang.accounts import rules
from dreiklang.accounts.commands import accounts, links, passwords
from dreiklang.accounts.models import ApiToken
from dreiklang.kernel import clock
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.web.sign_in import browser

DOOR = system("sign_in")
PASSWORD = "drei klänge am Morgen"
TARGETS_ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:evil",
    "/sign-in/out/",
]


@pytest.fixture
def rita(cast):
    return passwords.set_password(cast.rita.account, PASSWORD, actor=DOOR)


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"login": login, "password": password, "next": "", **more})


def test_the_right_password_opens_a_fresh_session_and_goes_on_to_the_page_wanted(client, rita):
    client.get("/sign-in/?next=/portal/tickets/7/")
    client.session["x"] = 1
    client.session.save()
    before = client.session.session_key
    answer = sign_in(client, rita.login, next="/portal/tickets/7/")
    assert (answer.status_code, answer["Location"]) == (302, "/portal/tickets/7/")
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(rita.pk)


@pytest.mark.parametrize("target", TARGETS_ELSEWHERE)
def test_nobody_is_sent_to_another_host(client, rita, target):
    assert sign_in(client, rita.login, next=target)["Location"] == "/"


def masked(answer) -> str:
    """The page without what differs each time: CSRF token and what was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r"[\w.]+@[\w.]+", "ADDRESS", text)


def test_p22_wrong_passwords_get_the_same_page_for_known_and_unknown(client, rita):
    known, unknown = sign_in(client, rita.login, "wrong"), sign_in(client, "nobody@klinikum.example", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert masked(known) == masked(unknown)
    assert rita.login in known.content.decode()
    assert "wrong" not in re.sub("<p.*?</p>", "", known.content.decode())


@pytest.mark.parametrize("path", ["/sign-in/link/", "/sign-in/forgotten/"])
def test_p22_asking_for_a_link_is_answered_alike_for_known_and_unknown(client, rita, path):
    known = client.post(path, {"login": rita.login})
    unknown = client.post(path, {"login": "nobody@klinikum.example"})
    assert known.status_code == unknown.status_code == 200
    assert masked(known) == masked(unknown)
    for _ in range(4):
        again = client.post(path, {"login": rita.login})
    assert masked(again) == masked(known)
    assert JournalLine.objects.filter(code="account.link_wanted").count() == 4


def test_p22_several_addresses_at_once_are_one(client, rita):
    client.post("/sign-in/link/", {"login": [rita.login, "thief@evil.example"]})
    client.post("/sign-in/link/", {"login[]": [rita.login, "thief@evil.example"]})
    client.post("/sign-in/link/", {"login": f"{rita.login},thief@evil.example"})
    wanted = JournalLine.objects.filter(code="account.link_wanted").values_list("beside__words", flat=True)
    assert [words["address"] for words in wanted] == ["thief@evil.example", f"{rita.login},thief@evil.example"]


def test_after_too_many_tries_the_page_says_how_long_to_wait(client, rita):
    for _ in range(3):
        sign_in(client, rita.login, "wrong")
    answer = sign_in(client, rita.login, PASSWORD)
    assert answer.status_code == 422
    assert b"seconds" in answer.content
    assert "_auth_user_id" not in client.session


def test_p23_a_known_browser_gets_in_although_strangers_used_up_the_tries(client, rita):
    assert sign_in(client, rita.login).status_code == 302
    client.post("/sign-in/out/")
    stranger = Client()
    for number in range(20):
        stranger.post("/sign-in/", {"login": rita.login, "password": "wrong"}, REMOTE_ADDR=f"198.51.100.{number}")
    assert sign_in(Client(), rita.login).status_code == 422
    assert sign_in(client, rita.login).status_code == 302


def test_a_forged_browser_cookie_is_worth_nothing(client, rita, rf):
    request = rf.get("/", HTTP_COOKIE=f'{browser.KNOWN}=["{rita.login}"]:1:forged')
    assert not browser.is_known(request, rita.login)


def test_a_link_only_shows_a_button_until_it_is_pressed(client, cast):
    secret = links.make_link(rules.SIGN_IN, account=cast.rita.account, actor=DOOR)
    for _ in range(3):
        assert client.get(f"/sign-in/link/{secret}/?next=/portal/").status_code == 200
    assert "_auth_user_id" not in client.session
    answer = client.post(f"/sign-in/link/{secret}/", {"next": "/portal/"})
    assert (answer.status_code, answer["Location"]) == (302, "/portal/")
    assert client.get(f"/sign-in/link/{secret}/").status_code == 410
    assert Client().post(f"/sign-in/link/{secret}/").status_code == 422


@pytest.mark.parametrize("purpose", rules.LINK_PATHS)
def test_every_mailed_link_has_its_page(client, cast, purpose):
    secret = links.make_link(purpose, account=cast.rita.account, actor=DOOR)
    assert client.get(rules.link_path(purpose, secret)).status_code == 200
    assert client.get(rules.link_path(purpose, "wrong")).status_code == 410


def test_a_weak_password_does_not_cost_the_link(client, cast):
    secret = links.make_link(rules.RESET, account=cast.rita.account, actor=DOOR)
    path = f"/sign-in/password/{secret}/"
    for weak in ({"password": "kurz", "again": "kurz"}, {"password": PASSWORD, "again": "other"}, {"password": ""}):
        assert client.post(path, weak).status_code in (200, 422)
    answer = client.post(path, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302
    assert sign_in(Client(), cast.rita.account.login).status_code == 302


def test_an_invited_person_may_go_on_without_a_password(client, cast):
    secret = links.make_link(rules.INVITATION, account=cast.rita.account, actor=DOOR)
    assert client.post(f"/sign-in/invitation/{secret}/", {"without": "1"}).status_code == 302
    cast.rita.account.refresh_from_db()
    assert not cast.rita.account.has_usable_password()


def test_p23_a_new_password_or_disabling_ends_other_sessions_with_the_next_request(client, rita, cast):
    other = Client()
    sign_in(client, rita.login)
    sign_in(other, rita.login)
    answer = client.post(
        "/sign-in/account/password/",
        {"old": PASSWORD, "password": "noch ein anderes Lied", "again": "noch ein anderes Lied"},
    )
    assert answer.status_code == 302
    assert client.get("/sign-in/account/").status_code == 200
    assert other.get("/sign-in/account/").status_code == 302
    accounts.disable(cast.rita.account, actor=cast.actor("ada"))
    assert client.get("/sign-in/account/").status_code == 302


def test_tokens_are_shown_once_and_only_to_those_who_work(client, cast):
    alan = passwords.set_password(cast.alan.account, PASSWORD, actor=DOOR)
    sign_in(client, alan.login)
    answer = client.post("/sign-in/account/tokens/", {"name": "Script", "scopes": ["tickets.work"], "days": "90"})
    secret = re.search(r"dk_[\w-]+", answer.content.decode()).group(0)
    token = ApiToken.objects.get()
    assert abs(token.expires_at - token.made_at - timedelta(days=90)) < timedelta(seconds=5)
    assert secret not in client.get("/sign-in/account/").content.decode()
    for wrong in ({"scopes": ["control.use"]}, {"scopes": ["tickets.see_all"]}, {"name": ""}, {"account": "1"}):
        sent = {"name": "x", "scopes": ["tickets.work"], "days": "90", **wrong}
        assert client.post("/sign-in/account/tokens/", sent).status_code == 422
    zoe = Client()
    zoe.force_login(cast.zoe.account)
    assert zoe.post(f"/sign-in/account/tokens/{token.pk}/revocation/").status_code == 403
    berta = Client()
    berta.force_login(cast.berta.account)
    assert berta.post(f"/sign-in/account/tokens/{token.pk}/revocation/").status_code == 404
    assert b"dk_" not in zoe.get("/sign-in/account/").content
    assert client.post(f"/sign-in/account/tokens/{token.pk}/revocation/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at


def test_p30_fields_that_are_not_on_the_form_are_refused(client, rita):
    assert sign_in(client, rita.login, roles="administrator").status_code == 422
    assert "_auth_user_id" not in client.session


def test_the_language_is_kept_before_and_after_signing_in(client, rita):
    client.post("/sign-in/language/", {"language": "de", "next": "/sign-in/forgotten/"})
    assert client.get("/sign-in/")["Content-Language"] == "de"
    sign_in(client, rita.login)
    client.post("/sign-in/language/", {"language": "en", "next": "/portal/"})
    rita.refresh_from_db()
    assert rita.language == "en"
    assert (
        client.post("/sign-in/language/", {"language": "xx", "next": "https://evil.example"})["Location"] == "/sign-in/"
    )


def test_demo_people_sign_in_by_one_click_only_in_a_demo(client, cast, monkeypatch):
    monkeypatch.delenv("DREIKLANG_DEMO", raising=False)
    assert b"demo-row" not in client.get("/sign-in/").content
    assert client.post("/sign-in/demo/", {"account": str(cast.alan.account.pk)}).status_code == 404
    monkeypatch.setenv("DREIKLANG_DEMO", "1")
    assert "Alan Yildiz" in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/demo/", {"account": str(cast.alan.account.pk)}).status_code == 302
    assert client.post("/sign-in/demo/", {"account": "x"}).status_code == 404


def test_csrf_is_asked_for(cast, rita):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/", {"login": rita.login, "password": PASSWORD}).status_code == 403


def test_tries_in_an_hour_are_free_again(client, rita):
    with clock.standing_at(clock.now() - timedelta(hours=2)):
        for number in range(20):
            client.post("/sign-in/", {"login": rita.login, "password": "x"}, REMOTE_ADDR=f"198.51.100.{number}")
    assert sign_in(client, rita.login).status_code == 302
