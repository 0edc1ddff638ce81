"""The token a mail server wants to see now: the kept one while it holds, else a new one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from dreiklang.channels.mail.oauth import calling, providers
from dreiklang.channels.mail.oauth.providers import Granted, Refused
from dreiklang.channels.models import Consent, Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal, Unavailable


class NoToken(Refusal):
    """The mailbox cannot sign in until somebody in control acts; ``code`` is the literal of the reason."""

    code = "no_token"


def consent_of(mailbox: Mailbox) -> Consent | None:
    """How a mailbox signs in, if not by a password; as it is now."""
    return Consent.objects.filter(mailbox_id=mailbox.pk).first() if mailbox.pk else None


def token_for(consent: Consent) -> str:
    """A token that holds for minutes at least. Raises NoToken or Unavailable.

    Of several that find it ended, one renews it and the others wait for that one's.
    """
    with transaction.atomic():
        consent = Consent.objects.select_for_update().select_related("mailbox").get(pk=consent.pk)
        now = clock.now()
        if consent.access_token and consent.access_until and consent.access_until - providers.EARLY > now:
            return str(consent.access_token)
        answer = renewed(consent)
        keep(consent, answer)
    if isinstance(answer, Granted):
        return answer.access
    if answer.is_for_good:
        raise NoToken(in_words(answer.reason, consent), code=answer.reason)
    raise Unavailable(in_words(answer.reason, consent), code=answer.reason)


def renewed(consent: Consent) -> Granted | Refused:
    """Ask for a new token; a provider that does not answer is no refusal."""
    where = endpoints(consent)
    fields: dict[str, str] | None = None
    if consent.flow == providers.CLIENT:
        if consent.provider == providers.GOOGLE:
            try:
                fields = providers.for_service_account(
                    consent.client_secret, scope=where.scope, mailbox=login_of(consent), now=clock.now()
                )
            except ValueError as wrong:
                return Refused("client_wrong", str(wrong))
            return ask(where.token, fields)
        fields = providers.for_client(where.scope)
    elif consent.refresh_token:
        fields = providers.for_refresh(consent.refresh_token, where.scope)
    if fields is None:
        return Refused("consent_gone", consent.problem_words)
    return ask(where.token, {**fields, **client_of(consent)})


def ask(url: str, fields: dict[str, str]) -> Granted | Refused:
    """One question to a token endpoint."""
    try:
        status, said = calling.post(url, fields)
    except Refusal as silent:
        return Refused("no_answer", str(silent)[:300])
    return providers.answer_of(status, said, clock.now())


def keep(consent: Consent, answer: Granted | Refused) -> None:
    """Write down tokens, or why there are none. Part of fetching and sending; no news for anybody.

    A permission that is gone takes its tokens along; one that could not be renewed in time stays.
    """
    if isinstance(answer, Granted):
        consent.access_token, consent.access_until = answer.access, answer.until
        consent.refresh_token = answer.refresh or consent.refresh_token
        consent.problem = consent.problem_words = ""
    else:
        consent.problem, consent.problem_words = answer.reason, answer.words
        if answer.reason == "consent_gone":
            consent.refresh_token = consent.access_token = ""
            consent.access_until = None
    consent.save(update_fields=["access_token", "access_until", "refresh_token", "problem", "problem_words"])


def forget_access(consent: Consent) -> None:
    """The mail server did not take the token: the next one is asked for anew."""
    Consent.objects.filter(pk=consent.pk).update(access_token="", access_until=None)


def endpoints(consent: Consent) -> providers.Endpoints:
    """Where this mailbox's provider is asked."""
    own = providers.Endpoints(consent.authorize_url, consent.token_url, consent.device_url, consent.scope)
    return providers.endpoints_of(consent.provider, consent.flow, tenant=consent.tenant, own=own)


def client_of(consent: Consent) -> dict[str, str]:
    """Who asks; public clients have no secret."""
    secret = {"client_secret": consent.client_secret} if consent.client_secret else {}
    return {"client_id": consent.client_id, **secret}


def login_of(consent: Consent) -> str:
    """The name the mail servers know the mailbox by."""
    return consent.mailbox.imap_username or consent.mailbox.smtp_username or consent.mailbox.address


def in_words(reason: str, consent: Consent) -> str:
    """A plain sentence for who keeps the desk running: what is wrong, and what to do."""
    name = {"who": consent.get_provider_display(), "address": consent.mailbox.address}
    sentences = {
        "consent_gone": _(
            "%(who)s no longer lets the desk into %(address)s: the permission was withdrawn, has ended, or was never "
            "given. Please give it again on the mailbox's page."
        ),
        "client_wrong": _(
            "%(who)s does not know the desk for %(address)s: application number or secret are wrong or have ended. "
            "Please put in new ones on the mailbox's page."
        ),
        "not_permitted": _("%(who)s does not permit this application to read and send mail for %(address)s."),
        "declined": _("The permission for %(address)s was declined."),
        "code_ended": _("The code for %(address)s has ended. Please ask for a new one."),
        "pending": _("Nobody has typed the code for %(address)s yet."),
        "slow_down": _("Nobody has typed the code for %(address)s yet."),
    }
    sentence = sentences.get(reason) or _("%(who)s does not answer; the desk tries again by itself (%(address)s).")
    words = sentence % name
    return f"{words} ({consent.problem_words})" if consent.problem_words and reason != "no_answer" else words
