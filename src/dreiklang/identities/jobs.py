"""Scheduled work: directories are looked through, so that who is disabled there is out here."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from dreiklang.identities.commands.sources import note_contact
from dreiklang.identities.commands.syncing import carry_out
from dreiklang.identities.models import Source
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import system

DIRECTORY = system("directory")

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="identities.sync", queue="schedule", queueing_lock="identities.sync")
def sync(timestamp: int) -> None:
    """Take people over from every directory that is switched on for it. A second run finds nothing to do."""
    from dreiklang.identities.protocols import ldap  # here: it costs a start a tenth, and few desks have one

    for source in Source.objects.filter(is_active=True, syncs=True, kind=Source.Kind.LDAP).order_by("pk"):
        try:
            run = carry_out(source, ldap.people(source), actor=DIRECTORY)
            held = _("So many people would lose their access that nothing was taken over; look at the preview.")
            note_contact(source.pk, problem=held if run.held else "", actor=DIRECTORY)
        except Refusal as silent:
            log.warning("directory %s: %s", source.key, silent)
            note_contact(source.pk, problem=str(silent), actor=DIRECTORY)
