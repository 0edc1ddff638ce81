"""The desk's own words for its mails."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from dreiklang.communication import rules
from dreiklang.communication.events import TemplateChanged
from dreiklang.communication.models import Template
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require

#: Around words that somebody typed: without their place, nothing would be said.
WITH_TYPED_WORDS = ("message", "correspondence", "resolved", "together", "together_resolved")


@command
def change_template(
    *, actor: Actor, key: str, language: str, subject: str, body: str, version: int | None = None
) -> Template:
    """Word a mail anew. Raises Invalid for unknown keys, languages or placeholders, and for empty words."""
    require(actor.has("control.use"))
    problems: dict[str, list[str]] = {}
    if key not in rules.PLACEHOLDERS:
        raise Invalid({"key": [_("There is no such template.")]})
    if language not in dict(settings.LANGUAGES):
        problems["language"] = [_("This language is not offered.")]
    for name, text in (("subject", subject), ("body", body)):
        if not text.strip():
            problems[name] = [_("There is nothing written yet.")]
        elif unknown := rules.unknown_placeholders(key, text):
            problems[name] = [_("This placeholder is not known here: %(name)s") % {"name": "{" + unknown[0] + "}"}]
    if (
        key in ("message", "correspondence", "resolved", "together", "together_resolved")
        and "body" not in problems
        and "{text}" not in body
    ):
        problems["body"] = [_("The placeholder {text} is missing: the answer itself would not be sent.")]
    if problems:
        raise Invalid(problems)
    template = Template.objects.select_for_update().filter(key=key, language=language).first()
    if template and version is not None and template.version != version:
        raise Conflict(_("Somebody else changed this template in the meantime."), current=template.version)
    if template is None:
        template = Template(key=key, language=language, version=0)
    template.subject, template.body = rules.header_safe(subject), body.replace("\r\n", "\n")
    template.version += 1
    template.save()
    publish(TemplateChanged(subject_id=template.pk, key=key, language=language), actor=actor)
    return template


@command
def restore_usual_words(template: Template, *, actor: Actor) -> None:
    """Go back to the usual words of a mail."""
    require(actor.has("control.use"))
    gone = TemplateChanged(subject_id=template.pk, key=template.key, language=template.language)
    template.delete()
    publish(gone, actor=actor)
