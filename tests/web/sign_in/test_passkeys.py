"""Passkeys to sign in with and as a second factor; roles that need one open nothing before it is set up."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import Client
from tests.authenticator import PRESENT, Device
from tests.cast import Cast
from tests.web.sign_in.test_second import PASSWORD, alan, code_of, first_factor, set_up  # noqa: F401

from dreiklang.accounts.commands import accounts, second_factor, tokens
from dreiklang.accounts.models import Account, Passkey
from dreiklang.accounts.queries import accounts_lacking
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.teams.queries import actor_by_token
from dreiklang.web.sign_in import browser


@pytest.fixture
def device() -> Device:
    """A device that is used on the desk's own pages."""
    return Device(settings.PUBLIC_URL, "localhost")


def added(client: Client, device: Device, name: str = "Telefon") -> None:
    """Set the device up in a browser that is signed in, or has to."""
    options = json.loads(client.post("/sign-in/account/passkeys/question/").content)
    client.post("/sign-in/account/passkeys/", {"name": name, "credential": device.made(options)})


def used(client: Client, device: Device) -> str:
    """Answer with the device; where that leads."""
    options = json.loads(client.post("/sign-in/passkey/question/").content)
    return client.post("/sign-in/passkey/", {"credential": device.signed(options)}).headers["Location"]


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return client.get("/sign-in/account/").status_code == 200


def test_a_passkey_is_set_up_named_used_and_removed(cast: Cast, alan: Account, device: Device) -> None:  # noqa: F811
    here = Client()
    first_factor(here, alan)
    added(here, device)
    kept = Passkey.objects.get()
    here.post(f"/sign-in/account/passkeys/{kept.pk}/", {"name": "Mein Telefon"})
    assert "Mein Telefon" in here.get("/sign-in/account/").content.decode()
    there = Client()
    assert used(there, device) == "/"
    assert is_in(there)
    stranger = Client()
    stranger.force_login(cast.berta.account)
    assert stranger.post(f"/sign-in/account/passkeys/{kept.pk}/removal/").status_code == 404
    here.post(f"/sign-in/account/passkeys/{kept.pk}/removal/")
    assert used(Client(), device) == "/sign-in/"


def test_p23_with_a_passkey_a_password_alone_opens_nothing(cast: Cast, alan: Account, device: Device) -> None:  # noqa: F811
    here = Client()
    first_factor(here, alan)
    added(here, device)
    there = Client()
    assert first_factor(there, alan) == "/sign-in/second/"
    assert not is_in(there)
    other = Device(settings.PUBLIC_URL, "localhost")
    bertas = Client()
    bertas.force_login(cast.berta.account)
    added(bertas, other)
    assert used(there, other) == "/sign-in/second/", "somebody else's passkey"
    assert not is_in(there)
    assert used(there, device) == "/desk/"
    assert is_in(there)


def test_p23_an_answer_that_does_not_hold_opens_nothing(cast: Cast, alan: Account, device: Device) -> None:  # noqa: F811
    here = Client()
    first_factor(here, alan)
    added(here, device)
    there = Client()
    options = json.loads(there.post("/sign-in/passkey/question/").content)
    said = device.signed(options)
    assert Client().post("/sign-in/passkey/", {"credential": said}).headers["Location"] == "/sign-in/", "not asked here"
    there.post("/sign-in/passkey/", {"credential": "{}"})
    there.post("/sign-in/passkey/", {"credential": said})
    assert not is_in(there), "a question is answered once"
    for spoil in ({"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}, {"flags": 0}):
        right = {name: getattr(device, name) for name in spoil}
        vars(device).update(spoil)
        assert used(there, device) == "/sign-in/", spoil
        vars(device).update(right)
    forged = Device(settings.PUBLIC_URL, "localhost")
    forged.name = device.name
    assert used(there, forged) == "/sign-in/", "another key under the same name"
    device.count = 5
    assert used(there, device) == "/"
    cloned = Client()
    device.count = 1
    assert used(cloned, device) == "/sign-in/", "a counter that runs backwards is a copy of the key"
    accounts.disable(alan, actor=cast.actor("ada"))
    device.count = 50
    assert used(Client(), device) == "/sign-in/"


def test_p23_a_role_that_needs_a_second_factor_opens_nothing_before(cast: Cast, alan: Account, device: Device) -> None:  # noqa: F811
    here = Client()
    first_factor(here, alan)
    _token, secret = tokens.make_token(alan, name="Script", scopes=["tickets.work"], actor=cast.actor("alan"))
    with pytest.raises(NotAllowed):
        second_factor.demand_second_factor(["agent"], actor=cast.actor("max"))
    with pytest.raises(Invalid):
        second_factor.demand_second_factor(["administrator"], actor=cast.actor("ada"))
    lacking = accounts_lacking(["lead"]).count()
    assert second_factor.demand_second_factor(["lead"], actor=cast.actor("ada")) == lacking > 0
    assert is_in(here), "another role"
    accounts.change_roles(alan, ["agent", "lead"], actor=cast.actor("ada"))
    assert not is_in(here), "a new role that needs one ends the sessions without"
    assert actor_by_token(secret), "programs go on"
    assert first_factor(here, alan) == "/sign-in/second/needed/"
    for path in ("/", "/desk/", "/portal/", "/sign-in/account/", "/api/v1/tickets", "/desk/search/"):
        assert here.get(path).status_code in (302, 401, 403), path
    assert here.get("/sign-in/second/needed/").status_code == 200
    assert here.get("/sign-in/second/").status_code == 302
    added(here, device)
    assert is_in(here)
    kept = Passkey.objects.get()
    assert here.post(f"/sign-in/account/passkeys/{kept.pk}/removal/").status_code == 409, "the last one stays"


def test_codes_of_an_app_are_set_up_on_the_way_in(cast: Cast, alan: Account) -> None:  # noqa: F811
    accounts.change_roles(alan, ["agent", "lead"], actor=cast.actor("ada"))
    second_factor.demand_second_factor(["lead"], actor=cast.actor("ada"))
    here = Client()
    assert here.post("/sign-in/account/second/").status_code == 403, "nobody has given a first factor"
    first_factor(here, alan)
    assert "data:image/png" in here.post("/sign-in/account/second/").content.decode()
    assert not is_in(here)
    shown = here.post("/sign-in/account/second/confirmation/", {"code": code_of(alan, later=-1)})
    assert shown.status_code == 201
    assert is_in(here)
    with pytest.raises(WrongState):
        second_factor.remove_second_factor(alan, actor=cast.actor("alan"), code=code_of(alan))
    second_factor.remove_second_factor(alan, actor=cast.actor("ada"))
    assert not is_in(here), "lost and removed by an administrator: it is set up anew first"


def test_the_roles_are_chosen_in_control(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.account)
    assert client.post("/control/factors/", {"roles": ["manager"]}).status_code == 302
    page = client.get("/control/factors/").content.decode()
    assert 'value="manager"' in page
    assert client.post("/control/factors/", {"roles": ["administrator"]}).status_code == 422
    assert client.post("/control/factors/", {"roles": ["king"]}).status_code == 422
    assert client.post("/control/factors/", {}).status_code == 302


def test_a_passkey_is_offered_at_the_first_visit(cast: Cast, client: Client) -> None:
    from tests.domain.accounts.test_invitations import invite

    answer = client.post(f"/sign-in/invitation/{invite(cast)}/", {"without": "passkey"})
    assert answer.headers["Location"] == "/sign-in/account/#own-passkeys"
    assert browser.WAITING not in client.session
