"""Describe a JSON schema: ``{schema} PATH`` lists what it requires, level by level."""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def _kind(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    named = [f"array of {_kind(schema['items'])}" if kind == "array" and "items" in schema else kind for kind in kinds]
    if "enum" in schema:
        named = [json.dumps(value) for value in schema["enum"]]
    return " or ".join(named) or "any value"


def _items(schema: dict[str, Any], root: dict[str, Any]) -> list[nodes.Node]:
    """Return the properties of an object, or of the objects in an array, as definitions."""
    schema = _resolved(schema, root)
    if "items" in schema and isinstance(schema["items"], dict):
        return _items(schema["items"], root)
    required = schema.get("required", ())
    items = []
    for name, given in schema.get("properties", {}).items():
        inner = _resolved(given, root)
        kind = _kind(inner) + ("" if name in required else ", optional")
        definition = nodes.definition("", nodes.paragraph("", inner.get("description", "")))
        definition += _items(inner, root)
        items.append(
            nodes.definition_list_item(
                "", nodes.term("", "", nodes.literal("", name), nodes.Text(f"  {kind}")), definition
            )
        )
    return [nodes.definition_list("", *items)] if items else []


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Any = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return {**found, **{key: value for key, value in schema.items() if key != "$ref"}}


class Schema(SphinxDirective):
    """Describe the schema in a file, whose path is relative to the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the description as nested definitions."""
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        return [nodes.paragraph("", schema["description"]), *_items(schema, schema)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("schema", Schema)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
