"""Amounts of money as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _


def money_words(amount: Decimal, *, cents: bool = False) -> str:
    """An amount in the desk's currency, whole from 100 on unless the cents matter: '1.250 €'."""
    places = 2 if cents or (0 < amount < 100 and amount != amount.to_integral_value()) else 0
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    number = formats.number_format(rounded, places, use_l10n=True, force_grouping=True)
    sign = {"EUR": "€", "CHF": "CHF", "GBP": "£", "USD": "$"}.get(settings.CURRENCY, settings.CURRENCY)
    return _("%(amount)s %(currency)s") % {"amount": number, "currency": sign}
