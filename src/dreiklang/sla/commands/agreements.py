"""Agreements: make, tailor, revise, correct, rename, end. A change makes a new version; what was promised stays."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.calendars.queries import EPOCH, default_calendar
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.sla import events, policy
from dreiklang.sla.models import Agreement, AgreementVersion
from dreiklang.sla.queries.drafting import COVERED, Draft, checked, faults_of
from dreiklang.sla.rules.usual import USUAL_PAUSES, USUAL_SHARES, usual_targets
from dreiklang.teams.models import Team
from dreiklang.teams.queries import today

#: A version that holds from the first day any ticket may bear.
ALWAYS = date(1970, 1, 1)


@command
def make_agreement(
    name: str,
    *,
    actor: Actor,
    draft: Draft,
    kind: str = Agreement.Kind.SLA,
    organization: Organization | None = None,
    level: int | None = None,
    team: Team | None = None,
    from_date: date | None = None,
    last_date: date | None = None,
    is_template: bool = False,
    origin: Agreement | None = None,
    reference: str = "",
    contacts: str = "",
) -> Agreement:
    """Make an agreement with its first version, valid from a day (default: today) to a last day (default: no end).

    Raises Invalid by field, also where another agreement of the same side covers the same things in those days.
    """
    require(policy.may_manage_agreements(actor))
    agreement = Agreement(
        name=name.strip(), kind=kind, organization=organization, level=level, team=team, is_template=is_template,
        origin=origin, reference=reference.strip(), contacts=contacts.strip(),
    )  # fmt: skip
    starts = from_date or today()
    faults = faults_of(agreement, draft, starts, last_date)
    if faults:
        raise Invalid(faults)
    try:
        with transaction.atomic():
            agreement.save()
    except IntegrityError:
        raise Invalid({"organization": [_("There is an agreement for everybody already.")]}) from None
    version = _add_version(agreement, draft, starts, last_date)
    publish(
        events.AgreementMade(
            subject_id=agreement.pk, name=agreement.name, kind=agreement.kind, version_id=version.pk,
            organization_id=agreement.organization_id, from_date=starts.isoformat(),
        ),
        actor=actor,
    )  # fmt: skip
    return agreement


@command
def make_usual_agreement(*, actor: Actor) -> Agreement:
    """What a desk promises everybody from its first day: an essential service badly impaired works again within a
    working day. Counts in the default calendar. Raises Invalid if there is an agreement for everybody already."""
    draft = Draft(
        calendar=default_calendar(), targets=usual_targets(), pauses=list(USUAL_PAUSES), shares=list(USUAL_SHARES)
    )
    return make_agreement(_("For everybody"), actor=actor, draft=draft, from_date=ALWAYS)


@command
def tailor(
    template: Agreement, *, actor: Actor, name: str, organization: Organization, from_date: date | None = None
) -> Agreement:
    """Copy what an agreement says now for a customer or vendor; the copy goes its own way afterwards."""
    require(policy.may_manage_agreements(actor))
    latest = template.versions.order_by("-number").first()
    if latest is None:
        raise WrongState(_("This agreement says nothing yet."))
    return make_agreement(
        name, actor=actor, draft=Draft.of(latest), kind=template.kind, organization=organization,
        from_date=from_date, origin=template, contacts=template.contacts,
    )  # fmt: skip


@command
def revise(
    agreement: Agreement, *, actor: Actor, draft: Draft, from_date: date, version: int | None = None
) -> AgreementVersion:
    """Let another version hold from a day on, tomorrow or later. The one before it ends the day before.

    What was promised to tickets that are open, or were, does not change. Raises Invalid by field.
    """
    require(policy.may_manage_agreements(actor))
    agreement = _held(agreement, version)
    if from_date <= today():
        raise Invalid({"from_date": [_("A change holds from tomorrow at the earliest: promises made stay.")]})
    former = agreement.versions.order_by("-number").first()
    if former is not None:
        _refuse_gap_or_disorder(former, from_date)
    if faults := faults_of(agreement, draft, from_date, None):
        raise Invalid(faults)
    if former is not None and (former.validity.upper is None or former.validity.upper > from_date):
        former.validity = (former.validity.lower, from_date)
        former.revision += 1
        former.save(update_fields=["validity", "revision"])
    made = _add_version(agreement, draft, from_date, None)
    publish(
        events.AgreementRevised(subject_id=agreement.pk, version_id=made.pk, from_date=from_date.isoformat()),
        actor=actor,
    )
    return made


@command
def correct(version: AgreementVersion, *, actor: Actor, draft: Draft) -> AgreementVersion:
    """Change a version under which nothing was promised yet. Raises WrongState for any other: revise it."""
    require(policy.may_manage_agreements(actor))
    agreement = _held(version.agreement, None)
    version = _unused(version)
    lower, upper = version.validity.lower, version.validity.upper
    if faults := faults_of(agreement, draft, lower, upper and upper - timedelta(days=1)):
        raise Invalid(faults)
    _fill(version, draft)
    version.revision += 1
    version.save()
    _cover(version, draft)
    publish(events.AgreementCorrected(subject_id=agreement.pk, version_id=version.pk), actor=actor)
    return version


@command
def rename(
    agreement: Agreement,
    *,
    actor: Actor,
    name: str,
    reference: str = "",
    contacts: str = "",
    version: int | None = None,
) -> Agreement:
    """Change what an agreement is called, its contract number and the ways to reach the other side."""
    require(policy.may_manage_agreements(actor))
    agreement = _held(agreement, version)
    agreement.name, agreement.reference, agreement.contacts = name.strip(), reference.strip(), contacts.strip()
    if not 1 <= len(agreement.name) <= 200:
        raise Invalid({"name": [_("Enter a name of 1 to 200 characters.")]})
    agreement.save(update_fields=["name", "reference", "contacts"])
    publish(events.AgreementRenamed(subject_id=agreement.pk, name=agreement.name), actor=actor)
    return agreement


@command
def end_agreement(
    agreement: Agreement, *, actor: Actor, last_date: date | None, version: int | None = None
) -> Agreement:
    """Let an agreement end after a day, today or later; None takes an end back. Raises Invalid or WrongState."""
    require(policy.may_manage_agreements(actor))
    agreement = _held(agreement, version)
    newest = agreement.versions.order_by("-number").first()
    if agreement.is_for_everybody or newest is None:
        raise WrongState(_("The agreement for everybody has no end: every desk promises something."))
    if last_date is not None and last_date < max(today(), newest.validity.lower):
        raise Invalid({"last_date": [_("It ends today at the earliest, and not before its last version begins.")]})
    newest.validity = (newest.validity.lower, last_date and last_date + timedelta(days=1))
    newest.revision += 1
    newest.save(update_fields=["validity", "revision"])
    last = last_date.isoformat() if last_date else None
    publish(events.AgreementEnded(subject_id=agreement.pk, last_date=last), actor=actor)
    return agreement


@command
def drop_version(version: AgreementVersion, *, actor: Actor) -> Agreement | None:
    """Take back a version under which nothing was promised; the one before goes on in its place.

    With its only version the agreement goes too (returns None). Raises WrongState otherwise.
    """
    require(policy.may_manage_agreements(actor))
    agreement = _held(version.agreement, None)
    version = _unused(version)
    if version.number != max(agreement.versions.values_list("number", flat=True)):
        raise WrongState(_("Only the last version can be taken back."))
    former = agreement.versions.filter(number__lt=version.number).order_by("-number").first()
    if former is None and agreement.is_for_everybody:
        raise WrongState(_("The agreement for everybody stays: every desk promises something."))
    dropped = events.VersionDropped(subject_id=agreement.pk, version_id=version.pk, number=version.number)
    upper = version.validity.upper
    version.delete()
    if former is not None:
        former.validity = (former.validity.lower, upper)
        former.revision += 1
        former.save(update_fields=["validity", "revision"])
    publish(dropped, actor=actor)
    if former is None:
        agreement.delete()
        return None
    return agreement


def _held(agreement: Agreement, version: int | None) -> Agreement:
    """The agreement as it stands, locked until the command ends, its own version counted on."""
    found = Agreement.objects.select_for_update().filter(pk=agreement.pk).first()
    if found is None:
        raise NotFound(_("There is no such agreement."))
    if version is not None and version != found.version:
        raise Conflict(_("Somebody else changed this agreement in the meantime."), current=found.version)
    found.version += 1
    found.save(update_fields=["version"])
    return found


def _unused(version: AgreementVersion) -> AgreementVersion:
    found = AgreementVersion.objects.select_for_update().filter(pk=version.pk).first()
    if found is None:
        raise NotFound(_("There is no such version."))
    if found.clocks.exists():
        raise WrongState(_("Promises were made under this version; change it from a day on instead."), code="in_use")
    return found


def _refuse_gap_or_disorder(former: AgreementVersion, from_date: date) -> None:
    if from_date <= former.validity.lower:
        raise Invalid({"from_date": [_("There is a version that begins later already; take that back first.")]})
    if former.validity.upper is not None and former.validity.upper < from_date:
        words = _("This leaves a gap: the version before ends on %(day)s.")
        raise Invalid({"from_date": [words % {"day": (former.validity.upper - timedelta(days=1)).isoformat()}]})


def _add_version(agreement: Agreement, draft: Draft, starts: date, last: date | None) -> AgreementVersion:
    number = 1 + max(agreement.versions.values_list("number", flat=True), default=0)
    since = clock.now() if starts > ALWAYS else EPOCH
    version = AgreementVersion(
        agreement=agreement, validity=(starts, last and last + timedelta(days=1)), since_at=since, number=number
    )
    _fill(version, draft)
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError:
        raise Invalid({"from_date": [_("Another version is valid in these days already.")]}) from None
    _cover(version, draft)
    return version


def _fill(version: AgreementVersion, draft: Draft) -> None:
    draft = checked(draft)
    for name in draft.__dataclass_fields__:
        if name not in COVERED:
            setattr(version, name, getattr(draft, name))


def _cover(version: AgreementVersion, draft: Draft) -> None:
    for name in COVERED:
        getattr(version, name).set(getattr(draft, name))
