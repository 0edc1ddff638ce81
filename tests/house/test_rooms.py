"""The rooms of docs/house.md: what may stand in which file."""

import ast
import inspect
import re
from importlib import import_module

import pytest
from tests.house import source

DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "base",
    "services",
    "service",
    "tools",
    "shared",
    "manager",
    "managers",
    "handlers",
}
#: What a request is made of has no business below the screens; only accounts sign in with one.
HTTP = ("django.http", "django.shortcuts", "django.views", "django.urls", "rest_framework", "ninja")
WRITES = {
    "save",
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "bulk_update",
    "asave",
    "acreate",
}
LONGEST_MODULE, LONGEST_FUNCTION = 450, 100


def imported(file) -> list[tuple[str, int]]:
    """What a module imports, with the line."""
    found = []
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node.lineno))
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def test_there_are_no_drawers():
    given = "src/dreiklang/kernel/database/base.py"  # Django's name for the module with a database's connection
    found = [source.place(f) for f in source.modules() if f.stem in DRAWERS or f.parent.name in DRAWERS]
    found = [place for place in found if place != given]
    assert not found, f"say what it is about instead: {found}"


def test_the_domain_knows_no_http():
    found = [
        f"{source.place(file, line)} {name}"
        for package in source.domain()
        if package not in {"accounts"}
        for file in source.modules(package)
        for name, line in imported(file)
        if any(name == http or name.startswith(http + ".") for http in HTTP)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", ["rules", "lifecycle", "events"])
def test_what_computes_is_plain_python(room):
    outside = ("django", "psycopg", "procrastinate", "ninja", "os", "subprocess", "socket", "requests")
    found = [
        f"{source.place(file, line)} {name}"
        for package in source.domain()
        for file in source.rooms(package, room)
        for name, line in imported(file)
        if name.split(".")[0] in outside or re.match(r"dreiklang\.\w+\.(models|queries|policy|commands|jobs)", name)
    ]
    assert not found, "\n".join(found)


def test_screens_and_api_never_write_but_through_commands():
    found = []
    for file in source.modules("web", "api"):
        if file == source.PACKAGE / "api" / "repeating.py":
            continue  # keeps answers for callers who ask twice; nothing of the desk's own
        for node in ast.walk(source.tree(file)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                subject = ast.unparse(node.func.value)
                through_objects = "objects" in subject.split(".") and node.func.attr in {
                    "update",
                    "delete",
                    *WRITES,
                }
                if through_objects or node.func.attr in {"save", "asave", "bulk_create", "update_or_create"}:
                    found.append(f"{source.place(file, node.lineno)} {ast.unparse(node.func)}")
    assert not found, "\n".join(found)


def command_modules():
    """The modules of every room of commands."""
    return [f for package in source.packages() for f in source.rooms(package, "commands")]


def module_name(file) -> str:
    """How a module is imported."""
    parts = file.relative_to(source.PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def public_functions(name: str) -> dict[str, object]:
    """The public functions that a module defines itself."""
    return {
        title: function
        for title, function in vars(import_module(name)).items()
        if inspect.isfunction(function) and function.__module__ == name and not title.startswith("_")
    }


def test_whoever_acts_is_named_and_acts_by_command():
    wrong = []
    for name in map(module_name, command_modules()):
        functions = public_functions(name)
        if not any(getattr(function, "is_command", False) for function in functions.values()):
            continue  # beats that several commands share; who else calls them is looked at below
        for title, function in functions.items():
            actor = inspect.signature(function).parameters.get("actor")
            is_command = getattr(function, "is_command", False)
            if actor is not None and not is_command:
                wrong.append(f"{name}.{title} takes an actor and is no @command")
            elif is_command and (actor is None or actor.kind is not inspect.Parameter.KEYWORD_ONLY):
                wrong.append(f"{name}.{title} takes no keyword-only actor")
    assert not wrong, "\n".join(wrong)


def used_of_commands(file) -> list[tuple[str, str, int]]:
    """What a module uses out of rooms of commands: (module, name, line)."""
    modules, found = {}, []
    for node in ast.walk(source.tree(file)):
        if not isinstance(node, ast.ImportFrom) or not re.match(r"dreiklang\.\w+\.commands\b", node.module or ""):
            continue
        for alias in node.names:
            try:
                import_module(f"{node.module}.{alias.name}")
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            except ModuleNotFoundError:
                found.append((node.module, alias.name, node.lineno))
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found.append((modules[node.value.id], node.attr, node.lineno))
    return found


def test_whoever_calls_into_the_commands_calls_a_command():
    wrong = []
    for file in source.modules():
        if "commands" in file.parts or file.stem == "commands":
            continue  # commands may be made of the beats of commands below them
        for module, name, line in used_of_commands(file):
            thing = getattr(import_module(module), name, None)
            is_write = getattr(thing, "is_command", False) or getattr(thing, "is_derived", False)
            if inspect.isfunction(thing) and not is_write:
                wrong.append(f"{source.place(file, line)} calls {module}.{name}, which is no @command")
    assert not wrong, "\n".join(wrong)


def test_there_are_commands_to_look_at():
    assert command_modules()


#: Words of the framework that need no sentence of their own; what they do is Django's to say.
FRAMEWORK = {
    "ready",
    "save",
    "delete",
    "clean",
    "get_queryset",
    "handle",
    "add_arguments",
    "dispatch",
    "authenticate",
    "get_user",
    "deconstruct",
    "from_db_value",
    "get_prep_value",
    "db_type",
    "run",
    "main",
}
#: An event's name is its sentence, an app's configuration has none to say.
SPEAKING = {"events", "apps"}


def test_every_public_function_says_what_it_is_for():
    silent = []
    for file in source.modules():
        for node in source.tree(file).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                silent += undocumented(file, node)
    assert not silent, f"{len(silent)} without a docstring:\n" + "\n".join(silent)


def undocumented(file, node) -> list[str]:
    """Places of public functions, classes and their public methods that say nothing of themselves."""
    if node.name.startswith("_"):
        return []
    speaks = isinstance(node, ast.ClassDef) and (file.stem in SPEAKING or "events" in file.parts)
    here = [] if ast.get_docstring(node) or speaks else [f"{source.place(file, node.lineno)} {node.name}"]
    if not isinstance(node, ast.ClassDef):
        return here
    for method in node.body:
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) or method.name.startswith("_"):
            continue
        if method.name not in FRAMEWORK and not ast.get_docstring(method):
            here.append(f"{source.place(file, method.lineno)} {node.name}.{method.name}")
    return here


def test_nothing_has_grown_out_of_its_size():
    wrong = []
    for file in source.modules():
        lines = file.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST_MODULE:
            wrong.append(f"{source.place(file)} has {lines} lines")
        for node in ast.walk(source.tree(file)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno
                if length > LONGEST_FUNCTION:
                    wrong.append(f"{source.place(file, node.lineno)} {node.name} has {length} lines")
    assert not wrong, "\n".join(wrong)
