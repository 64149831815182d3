"""Describe the commands of the command line from their definitions: ``{command} NAME``, and ``{exit-codes}``."""

from __future__ import annotations

import re
from typing import Any

import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def commands() -> Any:
    """Return the command line as a group of commands."""
    from ridgenet.cli._commands import app

    return typer.main.get_command(app)


def _paragraphs(text: str | None) -> list[nodes.Node]:
    # \b keeps lines apart in the terminal
    blocks = re.split(r"\n\s*\n", (text or "").replace("\b", ""))
    return [nodes.paragraph("", " ".join(block.split())) for block in blocks if block.strip()]


def _definition(parameter: Any, context: Any) -> nodes.definition_list_item:
    names, text = parameter.get_help_record(context)
    term = nodes.term("", "", nodes.literal("", names))
    return nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", " ".join(text.split()))))


class Command(SphinxDirective):
    """Describe one command: its usage, what it does, its arguments and options."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the description as nodes."""
        name = self.arguments[0]
        command = commands().commands[name]
        context = command.context_class(command, info_name=f"ridgenet {name}")
        usage = command.get_usage(context).removeprefix("Usage: ")
        shown: list[nodes.Node] = [nodes.literal_block(usage, usage, language="text"), *_paragraphs(command.help)]
        for kind, title in (("argument", "Arguments"), ("option", "Options")):
            parameters = [p for p in command.params if p.param_type_name == kind and not p.hidden]
            if parameters:
                items = [_definition(parameter, context) for parameter in parameters]
                shown += [nodes.rubric("", title), nodes.definition_list("", *items)]
        return [*shown, *_paragraphs(command.epilog)]


class ExitCodes(SphinxDirective):
    """List the exit codes."""

    def run(self) -> list[nodes.Node]:
        """Return the paragraph that ``ridgenet --help`` ends with."""
        return _paragraphs(commands().epilog)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("command", Command)
    app.add_directive("exit-codes", ExitCodes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
