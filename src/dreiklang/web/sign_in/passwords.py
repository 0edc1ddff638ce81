"""A typed password: the desk's own first, then the directories that answer. Counted once, whoever checks it (P23)."""

from __future__ import annotations

from django.http import HttpRequest

from dreiklang.accounts.commands import attempts, signing_in
from dreiklang.identities import queries
from dreiklang.identities.models import Source
from dreiklang.identities.rules import Claim
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import system
from dreiklang.web.sign_in import browser

DOOR = system("sign_in")


def tried(request: HttpRequest, login: str, password: str) -> signing_in.Answer | tuple[Source, Claim]:
    """The desk's own answer, or what a directory says of somebody whose password it has taken."""
    remote = browser.remote_of(request)
    is_known = browser.is_known(request, login)
    answer = signing_in.try_password(login, password, remote=remote, is_known_browser=is_known, actor=DOOR)
    if answer.account is not None or answer.wait:
        return answer
    for source in queries.directories():
        from dreiklang.identities.protocols import ldap  # here: it costs a start a tenth, and few desks have one

        try:
            claim = ldap.check_password(source, login, password)
        except Refusal:  # noted at the source; the desk's own passwords go on working
            continue
        if claim is not None:
            attempts.forgive(login, remote, is_known_browser=is_known, actor=DOOR)
            return source, claim
    return answer
