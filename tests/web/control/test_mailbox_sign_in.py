"""How a mailbox signs in, on its page: the secret is never shown, and only who keeps the desk may touch it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from tests import token_issuer as issuers
from tests.cast import Cast

from dreiklang.channels.models import Consent, Mailbox
from dreiklang.kernel import clock


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[issuers.Issuer]:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    with issuers.running() as found:
        yield found


def test_p39_the_permission_is_given_on_the_page_and_its_secrets_are_never_shown(
    cast: Cast, issuer: issuers.Issuer
) -> None:
    mailbox = Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now())
    at = f"/control/mailboxes/{mailbox.pk}"
    ada, alan = Client(), Client()
    ada.force_login(cast.persons["ada"].account, backend="dreiklang.accounts.backends.PasswordBackend")
    alan.force_login(cast.persons["alan"].account, backend="dreiklang.accounts.backends.PasswordBackend")
    assert alan.get(f"{at}/sign-in/").status_code == alan.post(f"{at}/permission/").status_code == 403
    wrong = ada.post(f"{at}/sign-in/", {**issuer.fields, "flow": "code", "token_url": "http://example.org/"})
    assert "Eine Adresse, die mit https:// beginnt." in wrong.content.decode()
    assert ada.post(f"{at}/sign-in/", {**issuer.fields, "flow": "code"}).status_code == 302
    asked = ada.post(f"{at}/permission/")
    state, code = issuer.permit(asked.context["provider_url"])
    assert ada.get(f"/control/mailboxes/answer/?state=guessed&code={code}").status_code == 404
    assert ada.get(f"/control/mailboxes/answer/?state={state}&code={code}").status_code == 302
    consent = Consent.objects.get()
    page = ada.get(f"{at}/sign-in/").content.decode()
    assert "Die Erlaubnis wurde erteilt" in page
    for secret in (consent.client_secret, consent.access_token, consent.refresh_token):
        assert secret
        assert secret not in page
    assert ada.post(f"{at}/sign-in/password/").status_code == 302
    assert not Consent.objects.exists()
