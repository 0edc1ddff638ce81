"""Impact proposals and costs of outages in words, each with its 'because'."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.assets.rules import Outage, Proposal, Reason
from dreiklang.web.components.moments import span_words
from dreiklang.web.components.money import money_words


def people_words(people: int) -> str:
    """'12 people'."""
    return ngettext("%(n)d person", "%(n)d people", people) % {"n": people}


def proposal_words(proposal: Proposal) -> str:
    """Why this impact is proposed: 'Because: essential service, 40 people, outside its hours.'"""
    said = {
        Reason.ESSENTIAL: _("essential service"),
        Reason.IMPORTANT: _("important service"),
        Reason.ORDINARY: "",
        Reason.MANY: people_words(proposal.people),
        Reason.SEVERAL: people_words(proposal.people),
        Reason.FEW: people_words(proposal.people),
        Reason.OUTSIDE_HOURS: _("outside the service's hours"),
        Reason.VIP: _("a person whose work decides for many"),
    }
    reasons = [said[reason] for reason in proposal.reasons if said[reason]]
    return _("Because: %(reasons)s.") % {"reasons": ", ".join(reasons)}


def outage_words(outage: Outage) -> str:
    """The working of the sum: 'Because: 2 h of service time x 600 € an hour (120 of 480 people at 2.400 €).'"""
    span = span_words(timedelta(seconds=outage.seconds))
    if 0 < outage.people < outage.depending:
        return _(
            "Because: %(span)s of service time × %(rate)s an hour, as %(people)d of %(all)d people are affected and an "
            "hour without the whole service costs %(whole)s."
        ) % {
            "span": span, "rate": money_words(outage.per_hour), "people": outage.people, "all": outage.depending,
            "whole": money_words(outage.hourly_cost),
        }  # fmt: skip
    return _("Because: %(span)s of service time × %(rate)s an hour, as everybody is affected.") % {
        "span": span, "rate": money_words(outage.per_hour),
    }  # fmt: skip
