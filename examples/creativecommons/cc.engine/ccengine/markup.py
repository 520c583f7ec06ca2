"""HTML that cannot be injected into: every value is escaped where it enters a template."""

import html
from functools import cache
from string import Formatter
from typing import Any

from ccengine import ROOT


class Html(str):
    """A string that is HTML already, and so is not escaped again."""


class EscapingFormatter(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return escape(value)


def escape(value: Any) -> Html:
    """HTML for a value: text is escaped, a list is its items one after another, None is nothing."""
    if isinstance(value, Html):
        return value
    if isinstance(value, (list, tuple)):
        return Html("".join(map(escape, value)))
    return Html("" if value is None else html.escape(str(value)))


def render(template: str, /, **values: Any) -> Html:
    """Fills `{name}`, `{name.field}` and `{name[key]}` in a template."""
    return Html(EscapingFormatter().vformat(template, (), values))


@cache
def load_template(name: str) -> str:
    return (ROOT / "templates" / f"{name}.html").read_text(encoding="utf-8")
