"""The form in which an outage is announced or changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dreiklang.assets.models import ConfigurationItem
from dreiklang.assets.queries import services_for
from dreiklang.communication.commands.outages import LONGEST_TEXT, LONGEST_TITLE
from dreiklang.communication.models import AnnouncedOutage
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.policy import visible_to
from dreiklang.web.sheet import VersionedSheet


class MomentField(forms.DateTimeField):
    """A day and time in the desk's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class OutageSheet(VersionedSheet):
    """What is out of order, since when, who is told, and in which words."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=AnnouncedOutage.Kind.choices, widget=forms.RadioSelect
    )
    title_de = forms.CharField(label=gettext_lazy("Title in German"), max_length=LONGEST_TITLE, required=False)
    text_de = forms.CharField(
        label=gettext_lazy("What to know, in German"), max_length=LONGEST_TEXT, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In plain words: what does not work, what helps meanwhile, when you will say more."),
    )  # fmt: skip
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=LONGEST_TITLE, required=False)
    text_en = forms.CharField(
        label=gettext_lazy("What to know, in English"), max_length=LONGEST_TEXT, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    from_at = MomentField(label=gettext_lazy("From"))
    until_at = MomentField(
        label=gettext_lazy("Until"), required=False,
        help_text=gettext_lazy("Planned work is over then by itself; of a disruption it is what you expect."),
    )  # fmt: skip
    services = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Services"), required=False,
        queryset=ConfigurationItem.objects.none(), widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("Whoever chooses one of them in a new request is told of this outage."),
    )  # fmt: skip
    audience = forms.ChoiceField(
        label=gettext_lazy("Who is told"), choices=AnnouncedOutage.Audience.choices, widget=forms.RadioSelect
    )
    customers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Customers"), required=False, widget=forms.SelectMultiple(attrs={"size": 5}),
        queryset=Organization.objects.filter(kind="customer", is_active=True).order_by("sort_key"),
        help_text=gettext_lazy("Left empty, all that use one of the services."),
    )  # fmt: skip
    by_mail = forms.BooleanField(
        label=gettext_lazy("Write to everybody who is told, now and when it is over"), required=False,
        help_text=gettext_lazy("Customers get a mail, colleagues find it in their news. Who notes to be hit always "
                               "hears of the end."),
    )  # fmt: skip
    number = forms.IntegerField(
        label=gettext_lazy("Ticket it belongs to"), required=False, min_value=1, max_value=2**53,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["services"].queryset = services_for(actor)  # type: ignore[attr-defined]

    def clean_number(self) -> Ticket | None:
        """The ticket with this number, if it may be seen."""
        number = self.cleaned_data["number"]
        if number is None:
            return None
        found = visible_to(self.actor).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no such ticket."))
        return found


def sent_by(form: dict[str, Any]) -> dict[str, Any]:
    """What a command takes, from what a form brought."""
    languages = [language for language, _name in settings.LANGUAGES]
    titles = {language: form.pop(f"title_{language}") for language in languages}
    texts = {language: form.pop(f"text_{language}") for language in languages}
    ticket = form.pop("number")
    return {**form, "ticket": ticket, "titles": titles, "texts": texts}


def start_of(outage: AnnouncedOutage | None, number: int | None) -> dict[str, Any]:
    """What the form shows at first."""
    if outage is None:
        now = timezone.localtime(clock.now()).replace(second=0, microsecond=0)
        return {"kind": "disruption", "audience": "inside", "from_at": now, "number": number}
    said = {f"title_{language}": title for language, title in outage.titles.items()}
    said |= {f"text_{language}": text for language, text in outage.texts.items()}
    return {
        **said,
        "kind": outage.kind,
        "audience": outage.audience,
        "from_at": outage.from_at,
        "until_at": outage.until_at,
        "services": outage.services.all(),
        "customers": outage.customers.all(),
        "by_mail": outage.by_mail,
        "number": number,
        "version": outage.version,
    }
