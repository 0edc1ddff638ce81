"""Invitations: one open link at a time, listed, taken back; whatever ended an account's access ends its links, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast

from dreiklang.accounts import queries, rules
from dreiklang.accounts.commands import accounts, links, signing_in
from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.events import LinkAsked
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed, WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands import sign_ins

DOOR = system("sign_in")


def invite(cast: Cast) -> str:
    """Invite Alan; the secret of the link that was mailed."""
    sign_ins.invite(cast.alan, actor=cast.actor("ada"))
    asked = [x.event for x in lines_about("account", [cast.alan.account.pk]) if isinstance(x.event, LinkAsked)][-1]
    return queries.url_of_link(asked).split("/invitation/")[1].split("/")[0]


def opens(secret: str) -> bool:
    """Whether an invitation's link still works, used up in trying."""
    try:
        signing_in.sign_in_by_link(secret, purpose=rules.INVITATION, actor=DOOR)
    except DeadLink:
        return False
    return True


def test_p26_a_new_invitation_ends_the_former_and_each_dies_after_a_week(cast: Cast, frozen) -> None:
    former, latter = invite(cast), invite(cast)
    assert not opens(former)
    with clock.standing_at(frozen + timedelta(days=7, seconds=1)):
        assert not opens(latter)
    assert opens(latter)
    assert not opens(latter)


def test_p26_an_invitation_that_was_taken_back_opens_nothing(cast: Cast) -> None:
    ada, account = cast.actor("ada"), cast.alan.account
    secret = invite(cast)
    assert [link.account for link in queries.invitations(actor=ada)] == [account]
    with pytest.raises(NotAllowed):
        links.revoke_invitation(account, actor=cast.actor("max"))
    links.revoke_invitation(account, actor=ada)
    assert not queries.invitations(actor=ada)
    assert not opens(secret)
    with pytest.raises(WrongState):
        links.revoke_invitation(account, actor=ada)


def test_p26_what_ended_with_an_account_stays_ended_when_it_is_enabled_again(cast: Cast) -> None:
    secret, ada = invite(cast), cast.actor("ada")
    accounts.disable(cast.alan.account, actor=ada)
    accounts.enable(cast.alan.account, actor=ada)
    assert not opens(secret)


def test_p23_ending_all_sessions_ends_mailed_links(cast: Cast) -> None:
    secret = links.make_link(rules.SIGN_IN, account=cast.alan.account, actor=DOOR)
    accounts.end_sessions(cast.alan.account, actor=cast.actor("alan"))
    assert queries.live_link(secret, purpose=rules.SIGN_IN) is None


def test_open_invitations_are_sent_again_and_taken_back_in_control(cast: Cast, client) -> None:
    former = invite(cast)
    client.force_login(cast.ada.account)
    page = client.get("/control/invitations/").content.decode()
    assert cast.alan.name in page
    address = f"/control/invitations/{cast.alan.account.pk}/"
    client.post(address, {"to": "again"})
    assert not opens(former)
    client.post(address, {"to": "revoked"})
    assert cast.alan.name not in client.get("/control/invitations/").content.decode()
    assert client.post(address, {"to": "revoked"}).status_code == 409
