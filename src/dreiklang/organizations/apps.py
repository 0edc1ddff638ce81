"""Registration of this package, and what it reacts to."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """Organisations, persons, their addresses."""

    name = "dreiklang.organizations"
    label = "organizations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The list of reactions, event by event."""
        from dreiklang.accounts.events import LinkWanted, SignedIn
        from dreiklang.kernel import reactions as news
        from dreiklang.organizations import reactions

        news.later(LinkWanted, reactions.mail_wanted_link)
        news.at_once(SignedIn, reactions.prove_address)
