"""The prompt: question after question, with history and completion."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from bot import view
from bot.completion import Names, PromptCompleter
from bot.conversation import Conversation
from bot.options import Run, explain, say
from bot.terminal import console, stdin_lines
from bot.typed import COMMANDS, Misunderstood
from bot.worker import Worker
from retrieval import Library
from retrieval.errors import QuothError

PROMPT = "quoth> "
_T = TypeVar("_T")


def converse(run: Run, library: Library) -> None:
    """Take questions until the input ends, at a prompt or, when piped, line by line."""
    if not library.exists():
        say(f"There is no index in {run.loaded.settings.data_dir} yet: quoth index PATH makes one.")
    with Worker() as worker:
        conversation = Conversation(run, library, worker)
        if sys.stdin.isatty():
            greet(library)
            session = make_session(run, library, worker, conversation)
            at_prompt(session.prompt, conversation)
        else:
            each_line(stdin_lines(), conversation)


def greet(library: Library) -> None:
    """Say what is indexed, and what to type."""
    if library.exists():
        try:
            console(sys.stderr).print(view.summary(library.status()))
        except QuothError as error:
            say(explain(error))
    say("Ask a question, or type help.")


def at_prompt(ask_for_line: Callable[[], str], conversation: Conversation) -> None:
    """Handle lines until Ctrl-D. Ctrl-C clears the line, or ends the wait for an answer."""
    while True:
        try:
            if not handled(ask_for_line(), conversation):
                return
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def each_line(lines: Iterable[str], conversation: Conversation) -> None:
    """Handle lines until they end or one says to leave."""
    for line in lines:
        if not handled(line, conversation):
            return


def handled(line: str, conversation: Conversation) -> bool:
    """Handle one line, an error as one line of its own; False when it says to leave."""
    try:
        return conversation.handle(line)
    except BrokenPipeError:
        raise
    except Misunderstood as error:
        say(str(error))
    except Exception as error:
        say(explain(error))
    return True


def make_session(
    run: Run, library: Library, worker: Worker, conversation: Conversation
) -> PromptSession[str]:
    """A prompt that remembers its lines in the data folder and completes names.

    Names are asked for in the background, so the prompt itself appears at once; it is drawn
    anew when the model is loaded.
    """
    names = worker.start(lambda: Names(library.names()))
    publishers = worker.start(lambda: Names(library.publishers()))

    def toolbar() -> str:
        parts = (
            conversation.described_filters(),
            "" if conversation.ready.done() else "loading the model…",
        )
        return " · ".join(part for part in parts if part)

    session: PromptSession[str] = PromptSession(
        PROMPT,
        history=_history(run.loaded.settings.data_dir),
        completer=PromptCompleter(
            {name: one.words for name, one in COMMANDS.items()},
            lambda: _if_done(names, Names()),
            lambda: _if_done(publishers, Names()),
        ),
        complete_while_typing=True,
        rprompt=toolbar,
    )
    conversation.ready.add_done_callback(lambda _: session.app.invalidate())
    return session


class _LenientHistory(FileHistory):
    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string)


def _history(data_dir: Path) -> History:
    path = data_dir / "history"
    usable = os.access(path if path.exists() else data_dir, os.R_OK | os.W_OK)
    return _LenientHistory(str(path)) if usable else InMemoryHistory()


def _if_done(future: Future[_T], otherwise: _T) -> _T:
    done = future.done() and not future.cancelled() and future.exception() is None
    return future.result() if done else otherwise
