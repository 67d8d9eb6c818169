"""Serving an assistant until it hangs up: standard output carries the protocol and nothing else."""

from __future__ import annotations

import asyncio
import inspect
import signal
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import ValidationError

from bot.complaints import complaint
from bot.mcp import DOOR
from bot.mcp.tools import Tools
from bot.mcp.wire import passed_on
from bot.service import local
from bot.service.services import Services
from bot.settings import Settings
from retrieval import Library

INSTRUCTIONS = """\
Quoth answers from articles that the user has collected on this machine, with quotes word for \
word: a quote's text is the article's text from start to end. Use ask for questions, search to \
look around, read to see what stands around a quote, list to see what there is. Cite quotes \
unchanged, each with its article's title, publisher and date, and keep what the articles say \
apart from what you know from elsewhere. When ask finds nothing (found is false), tell the user \
that the articles hold no answer or, where none_passed, that the filters left no article."""

READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def run(settings: Settings, library: Library) -> None:
    """Serve on standard input and output until the input ends, or SIGINT or SIGTERM comes."""
    asyncio.run(_serve(settings, library))


async def _serve(settings: Settings, library: Library) -> None:
    with passed_on() as hang_up:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, hang_up)
        async with local.opened(DOOR, settings, library) as services:
            await server_of(services).run_stdio_async()


def server_of(services: Services) -> MCPServer:
    """A server with the four tools, and each article as a resource."""
    tools = Tools(services)
    server: MCPServer = MCPServer(
        "quoth",
        title="Quoth",
        instructions=INSTRUCTIONS,
        version=version("quoth"),
        tools=[
            _tool(tools.ask, "Ask the articles"),
            _tool(tools.search, "Search the articles"),
            _tool(tools.read, "Read an article"),
            _tool(tools.list, "List the articles"),
        ],
    )
    resource = server.resource(
        "quoth://article/{id}", title="Article", description=inspect.getdoc(tools.article)
    )
    resource(tools.article)
    return server


class _Tool(Tool):
    """A tool that tells wrong arguments in words that say what would be right."""

    async def run(self, arguments: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Run the tool. Raises ToolError."""
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            raise ToolError("; ".join(map(self._complaint, error.errors()))) from None
        return await super().run(arguments, *args, **kwargs)

    def _complaint(self, error: Any) -> str:
        name = ".".join(map(str, error["loc"]))
        if error["type"] != "extra_forbidden":
            return f"{name!r} {complaint(error)}"
        taken = ", ".join(self.fn_metadata.arg_model.model_fields)
        return f"{name!r} is no argument of this tool: it takes {taken}"


def _tool(call: Callable[..., Any], title: str) -> Tool:
    """A tool that is told by its docstring, and refuses arguments that it doesn't know: a
    misspelt filter would else let everything through."""
    tool = _Tool.from_function(
        call, title=title, description=inspect.getdoc(call), annotations=READS_ONLY
    )
    arguments = tool.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    return tool.model_copy(update={"parameters": arguments.model_json_schema(by_alias=True)})
