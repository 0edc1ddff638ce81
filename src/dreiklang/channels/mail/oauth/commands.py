"""Every write to permissions: who is asked, the question, the answer, and taking it back (P35, P39)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.channels.gate.events import MailboxChanged
from dreiklang.channels.mail.oauth import calling, providers, tokens
from dreiklang.channels.mail.oauth.providers import Granted, Refused
from dreiklang.channels.models import Consent, Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, Refusal, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require

#: What a form may set; the secret stays if it is left empty and nothing else changed.
FIELDS = (
    *("provider", "flow", "tenant", "client_id", "client_secret"),
    *("authorize_url", "token_url", "device_url", "scope"),
)
#: How long an answer to our question is waited for.
ASKING = timedelta(minutes=15)


@command
def sign_in_by_consent(mailbox: Mailbox, *, actor: Actor, **fields: Any) -> Consent:
    """Have a mailbox sign in by permission. Whoever is asked anew must permit anew: tokens go with the change (P35)."""
    require(actor.is_system or actor.has("control.use"))
    consent = Consent.objects.select_for_update().filter(mailbox=mailbox).first() or Consent(mailbox=mailbox)
    changed = [n for n in FIELDS if n in fields and n != "client_secret" and getattr(consent, n) != fields[n]]
    for name in changed:
        setattr(consent, name, fields[name])
    if fields.get("client_secret"):
        consent.client_secret = fields["client_secret"]
        changed.append("client_secret")
    elif {"provider", "client_id", "token_url"} & set(changed) and consent.pk:
        consent.client_secret = ""
    problems = _wrong(consent) | {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    if problems:
        raise Invalid(problems)
    if changed:
        _forget(consent)
    consent.save()
    publish(MailboxChanged(subject_id=mailbox.pk, changed=("sign_in",)), actor=actor)
    return consent


@command
def sign_in_by_password(mailbox: Mailbox, *, actor: Actor) -> None:
    """Back to user name and password; the permission's tokens are destroyed here. Withdraw it at the provider, too."""
    require(actor.is_system or actor.has("control.use"))
    Consent.objects.filter(mailbox=mailbox).delete()
    publish(MailboxChanged(subject_id=mailbox.pk, changed=("sign_in",)), actor=actor)


@command
def ask_in_browser(mailbox: Mailbox, *, redirect: str, actor: Actor) -> str:
    """Begin to ask: the address at the provider where the permission is given. The answer must bring our state."""
    require(actor.has("control.use"))
    consent = _asking(mailbox, providers.CODE)
    consent.state, consent.verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    consent.save(update_fields=["state", "verifier", "asked_until"])
    publish(MailboxChanged(subject_id=mailbox.pk, changed=("consent_asked",)), actor=actor)
    return providers.address_to_ask(
        tokens.endpoints(consent), provider=consent.provider, client_id=consent.client_id, redirect=redirect,
        state=consent.state, verifier=consent.verifier, login=tokens.login_of(consent),
    )  # fmt: skip


@command
def take_answer(*, state: str, code: str, error: str, redirect: str, actor: Actor) -> Consent:
    """What the provider sent the browser back with. Raises NotFound for a state that is not, or no longer, ours."""
    require(actor.has("control.use"))
    consent = (
        Consent.objects.select_for_update()
        .select_related("mailbox")
        .filter(state=state, asked_until__gt=clock.now())
        .exclude(state="")
        .first()
    )
    if consent is None:
        raise NotFound(_("This answer belongs to no question of the desk, or came too late."), code="no_question")
    where = tokens.endpoints(consent)
    answer: Granted | Refused
    if error or not code:
        answer = Refused("declined", " ".join(error.split())[:300])
    else:
        fields = providers.for_code(code, redirect=redirect, verifier=consent.verifier)
        answer = tokens.ask(where.token, {**fields, **tokens.client_of(consent)})
    return _answered(consent, answer, actor=actor)


@command
def ask_by_device(mailbox: Mailbox, *, actor: Actor) -> Consent:
    """Fetch a code that somebody types at the provider's page (RFC 8628 §3.1)."""
    require(actor.has("control.use"))
    consent = _asking(mailbox, providers.DEVICE)
    where = tokens.endpoints(consent)
    status, said = calling.post(where.device, {"client_id": consent.client_id, "scope": where.scope})
    code, shown = str(said.get("device_code") or ""), str(said.get("user_code") or "")
    page = str(said.get("verification_uri") or said.get("verification_url") or "")
    if status != 200 or not code or not shown or not providers.is_usable(page):
        answer = providers.answer_of(status if status != 200 else 502, said, clock.now())
        assert isinstance(answer, Refused)
        consent.problem_words = answer.words
        raise WrongState(tokens.in_words(answer.reason, consent), code=answer.reason)
    consent.device_code, consent.user_code, consent.verification_url = code, shown[:40], page[:300]
    consent.save(update_fields=["device_code", "user_code", "verification_url", "asked_until"])
    publish(MailboxChanged(subject_id=mailbox.pk, changed=("consent_asked",)), actor=actor)
    return consent


@command
def look_for_answer(mailbox: Mailbox, *, actor: Actor) -> Consent:
    """Whether somebody has typed the code. Raises WrongState while nobody has."""
    require(actor.has("control.use"))
    consent = Consent.objects.select_for_update().select_related("mailbox").filter(mailbox=mailbox).first()
    if consent is None or not consent.device_code:
        raise WrongState(_("No code was asked for."), code="no_question")
    fields = providers.for_device(consent.device_code)
    answer = tokens.ask(tokens.endpoints(consent).token, {**fields, **tokens.client_of(consent)})
    if isinstance(answer, Refused) and answer.reason in {"pending", "slow_down", "no_answer"}:
        raise WrongState(tokens.in_words(answer.reason, consent), code=answer.reason)
    return _answered(consent, answer, actor=actor)


@command
def prove_application(mailbox: Mailbox, *, actor: Actor) -> Consent:
    """Sign in as an application at once, so that a wrong secret shows now and not at night."""
    require(actor.has("control.use"))
    consent = Consent.objects.select_for_update().select_related("mailbox").filter(mailbox=mailbox).first()
    if consent is None or consent.flow != providers.CLIENT:
        raise WrongState(_("This mailbox signs in otherwise."), code="no_question")
    return _answered(consent, tokens.renewed(consent), actor=actor)


def _answered(consent: Consent, answer: Granted | Refused, *, actor: Actor) -> Consent:
    consent.state = consent.verifier = consent.device_code = consent.user_code = consent.verification_url = ""
    consent.asked_until = None
    if isinstance(answer, Granted) and consent.flow != providers.CLIENT and not answer.refresh:
        answer = Refused("not_permitted", _("The provider gave no lasting permission (no refresh token)."))
    if isinstance(answer, Granted):
        consent.given_at = clock.now()
    consent.save()
    tokens.keep(consent, answer)
    publish(
        MailboxChanged(
            subject_id=consent.mailbox_id,
            changed=("consent_given" if isinstance(answer, Granted) else "consent_refused",),
        ),
        actor=actor,
    )
    return consent


def _asking(mailbox: Mailbox, flow: str) -> Consent:
    consent = Consent.objects.select_for_update().select_related("mailbox").filter(mailbox=mailbox).first()
    if consent is None or consent.flow != flow:
        raise WrongState(_("This mailbox signs in otherwise."), code="no_question")
    consent.asked_until = clock.now() + ASKING
    return consent


def _forget(consent: Consent) -> None:
    consent.refresh_token = consent.access_token = consent.problem = consent.problem_words = ""
    consent.state = consent.verifier = consent.device_code = consent.user_code = consent.verification_url = ""
    consent.access_until = consent.given_at = consent.asked_until = None


def _wrong(consent: Consent) -> dict[str, list[Any]]:
    problems: dict[str, list[Any]] = {}
    is_google_service = consent.provider == providers.GOOGLE and consent.flow == providers.CLIENT
    if consent.provider not in Consent.Provider.values:
        problems["provider"] = [_("Please choose one of the list.")]
    if consent.flow not in Consent.Flow.values:
        problems["flow"] = [_("Please choose one of the list.")]
    if not consent.client_id and not is_google_service:
        problems["client_id"] = [_("The number that the provider gave to the desk as an application.")]
    if consent.flow == providers.CLIENT and not consent.client_secret:
        problems["client_secret"] = [_("An application signs in with its secret.")]
    if consent.provider == providers.MICROSOFT and consent.flow == providers.CLIENT and not consent.tenant:
        problems["tenant"] = [_("Your directory's number or domain at Microsoft.")]
    if consent.provider == providers.GOOGLE and consent.flow == providers.DEVICE:
        problems["flow"] = [_("Google does not permit mail by a typed code.")]
    if is_google_service:
        try:
            providers.for_service_account(consent.client_secret, scope="x", mailbox="x", now=clock.now())
        except ValueError:
            problems["client_secret"] = [_("Please paste the whole key file (JSON) of the service account.")]
    if consent.provider == providers.OTHER:
        problems |= _wrong_addresses(consent)
    return problems


def _wrong_addresses(consent: Consent) -> dict[str, list[Any]]:
    asked_at = {providers.CODE: "authorize_url", providers.DEVICE: "device_url"}.get(consent.flow)
    needed = {"token_url", asked_at}
    return {
        name: [_("An address that begins with https://.")]
        for name in ("authorize_url", "token_url", "device_url")
        if (name in needed or getattr(consent, name)) and not providers.is_usable(getattr(consent, name))
    }


def refusal_of(consent: Consent) -> Refusal | None:
    """What stands in the way now, in words, if anything does."""
    return WrongState(tokens.in_words(consent.problem, consent), code=consent.problem) if consent.problem else None
