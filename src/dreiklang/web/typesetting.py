"""Templates with everything set in them that is the same on every page in a language.

Two thirds of a page's tags are translations of fixed words, icons, files and addresses without values. They are worked
out when a template is read, once for each language, and stand in it as text from then on. What depends on who looks or
what is shown is left to the page: a tag is set only if all that it is given is written in the template itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import Any

from django.template import Context, Engine, Origin, Template, TemplateDoesNotExist
from django.template.base import FilterExpression, Node, NodeList, TextNode, TokenType
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import app_directories
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.html import escape
from django.utils.translation import get_language

from dreiklang.web.addresses import address
from dreiklang.web.templatetags.components import icon, level_badge, priority

#: Tags of our own whose pictures depend on nothing but what they are given, and on the language.
PICTURES = (icon, level_badge, priority)


class Loader(app_directories.Loader):
    """Reads each template once for each language in which it is asked for, and keeps it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._known: dict[tuple[Any, ...], Template] = {}

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template as it is set in the language of now. Raises TemplateDoesNotExist."""
        key = (get_language() or "", template_name, *(origin.name for origin in skip or ()))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._read(template_name, skip or [])
        return found

    def _read(self, template_name: str, skip: list[Origin]) -> Template:
        for origin in self.get_template_sources(template_name):
            if origin in skip:
                continue
            try:
                return _Set(self.get_contents(origin), origin, template_name, self.engine)
            except TemplateDoesNotExist:
                continue
        raise TemplateDoesNotExist(template_name)


class _Set(Template):
    def compile_nodelist(self) -> NodeList:
        """The nodes of the template, fixed ones as text."""
        blank = Context()
        blank.template = self
        return _set(super().compile_nodelist(), blank)


def _set(nodes: Iterable[Node], blank: Context) -> NodeList:
    """The same nodes with fixed ones as text, and texts that stand side by side as one."""
    done = NodeList()
    done.contains_nontext = getattr(nodes, "contains_nontext", False)
    text: list[str] = []
    for node in nodes:
        if is_fixed(node):
            text.append(str(node.render(blank)))
            continue
        done.extend(_joined(text))
        text.clear()
        _set_inside(node, blank)
        done.append(_Link(node) if isinstance(node, URLNode) and _is_link(node) else node)
    done.extend(_joined(text))
    return done


class _Link(Node):
    """An address with values: the route is looked up once for all pages."""

    def __init__(self, plain: URLNode) -> None:
        self.plain = plain
        self.name = str(plain.view_name.var)

    def render(self, context: Context) -> str:
        values = [value.resolve(context) for value in self.plain.args]
        if not all(isinstance(value, int | str) for value in values):
            return str(self.plain.render(context))
        found = address(self.name, *values)
        return escape(found) if context.autoescape else found


def _is_link(node: URLNode) -> bool:
    return not (node.asvar or node.kwargs) and _is_written(node.view_name)


def _joined(text: list[str]) -> Iterator[TextNode]:
    if whole := "".join(text):
        yield TextNode(whole)


def _set_inside(node: Node, blank: Context) -> None:
    if isinstance(node, LanguageNode):  # speaks another language than the one of now
        return
    if isinstance(node, IfNode):
        node.conditions_nodelists = [(asked, _set(nodes, blank)) for asked, nodes in node.conditions_nodelists]
        return
    for name in node.child_nodelists:
        if isinstance(nodes := getattr(node, name, None), NodeList):
            setattr(node, name, _set(nodes, blank))


@singledispatch
def is_fixed(node: Node) -> bool:
    """Whether a node says the same wherever its template is shown in this language."""
    return isinstance(node, TextNode | LoadNode | CommentNode)


@is_fixed.register
def _(node: TranslateNode) -> bool:
    return not node.asvar and all(map(_is_written, filter(None, (node.filter_expression, node.message_context))))


@is_fixed.register
def _(node: BlockTranslateNode) -> bool:
    has_values = node.extra_context or node.plural or node.asvar or node.message_context
    return not has_values and all(token.token_type == TokenType.TEXT for token in node.singular)


@is_fixed.register
def _(node: URLNode) -> bool:
    return _is_link(node) and not node.args


@is_fixed.register
def _(node: StaticNode) -> bool:
    return node.varname is None and _is_written(node.path)


@is_fixed.register
def _(node: SimpleNode) -> bool:
    is_picture = node.func in PICTURES and node.target_var is None
    return is_picture and all(map(_is_written, (*node.args, *node.kwargs.values())))


def _is_written(given: FilterExpression) -> bool:
    """Whether a value stands in the template as it is: a literal without filters."""
    return not given.filters and (not given.is_var or given.var.literal is not None)
