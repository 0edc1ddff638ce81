"""Registration of this package, and its reactions, event by event."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """What the levels learn from each other."""

    name = "dreiklang.training"
    label = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what is published: an article that a lesson asked for settles it, and is told to those inside."""
        from dreiklang.kernel.reactions import at_once
        from dreiklang.knowledge.events import ArticlePublished
        from dreiklang.training import reactions as r

        at_once(ArticlePublished, r.settle_lessons_with_article)
        at_once(ArticlePublished, r.announce_solution)
