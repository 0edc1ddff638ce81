"""Calls go down, news goes up: also where the caller is a foreign key written as a string."""

from django.apps import apps
from tests.house import source


def own_package(model) -> str | None:
    """The floor a model stands on; none for models of other projects."""
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "dreiklang" else None


def test_foreign_keys_point_to_their_own_floor_or_lower():
    floors, wrong = source.floors(), []
    for model in apps.get_models(include_auto_created=True):
        home = own_package(model)
        for field in model._meta.get_fields():
            if home is None or not field.is_relation or field.auto_created or not field.related_model:
                continue
            target = own_package(field.related_model)
            if target and floors[target] > floors[home]:
                wrong.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert not wrong, f"these reach upward: {wrong}"


def test_migrations_depend_on_their_own_floor_or_lower():
    floors, wrong = source.floors(), []
    labels = {
        config.label: config.name.split(".")[1]
        for config in apps.get_app_configs()
        if config.name.startswith("dreiklang.")
    }
    for label, home in labels.items():
        for file in sorted((source.PACKAGE / home / "migrations").glob("0*.py")):
            for node in source.ast.walk(source.tree(file)):
                if isinstance(node, source.ast.Assign) and getattr(node.targets[0], "id", "") == "dependencies":
                    pairs = [
                        e.elts[0].value
                        for e in getattr(node.value, "elts", [])
                        if isinstance(e, source.ast.Tuple) and isinstance(e.elts[0], source.ast.Constant)
                    ]
                    wrong += [
                        f"{source.place(file)} → {p}" for p in pairs if p in labels and floors[labels[p]] > floors[home]
                    ]
        assert label
    assert not wrong, f"these reach upward: {wrong}"


def test_every_package_has_a_floor_and_says_what_it_is_for():
    for name in source.packages():
        assert name in source.floors(), f"{name} stands on no floor of .importlinter"
        text = source.ast.get_docstring(source.tree(source.PACKAGE / name / "__init__.py"))
        assert text, f"dreiklang/{name}/__init__.py does not say what the package is for"
