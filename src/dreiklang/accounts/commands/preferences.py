"""What a person sets for themselves: language, looks, keys. Nobody else's business, so no journal line."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from dreiklang.accounts import policy, rules
from dreiklang.accounts.models import Account
from dreiklang.kernel.command import personal
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor, require


@personal
def set_preference(account: Account, name: str, value: object, *, actor: Actor) -> Account:
    """Set one preference of one's own account. Raises Invalid for unknown names or values."""
    require(policy.is_own(actor, account))
    if not rules.is_preference(name, value):
        raise Invalid({name[:60]: [_("There is no such setting.")]})
    account = Account.objects.select_for_update().get(pk=account.pk)
    account.preferences = {**account.preferences, name: value}
    account.save(update_fields=["preferences"])
    return account


@personal
def set_language(account: Account, language: str, *, actor: Actor) -> Account:
    """Choose the language of one's own screens and mails."""
    require(policy.is_own(actor, account))
    if language not in dict(settings.LANGUAGES):
        raise Invalid({"language": [_("The desk does not speak this language.")]})
    Account.objects.filter(pk=account.pk).update(language=language)
    account.language = language
    return account
