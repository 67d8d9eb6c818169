"""The command that answers on Discord."""

from __future__ import annotations

import logging

import click

from bot.options import FOUND, Run, common


@click.command()
@common
def discord(run: Run) -> int:
    """Answer on Discord until told to stop with SIGTERM or Ctrl-C.

    The bot's token is read from QUOTH_DISCORD__TOKEN, in the environment or in .env.
    """
    settings = run.loaded.settings
    token = settings.discord.token
    if token is None:
        raise click.UsageError(
            "The Discord bot has no token: make a bot at "
            "https://discord.com/developers/applications and put its token into "
            "QUOTH_DISCORD__TOKEN, in the environment or in .env."
        )
    from bot.discord import running
    from bot.service.logs import set_up

    set_up(settings.discord.log_format, [token.get_secret_value()], running.TOKENS_AFTER)
    with run.library() as library:
        if not library.exists():
            logging.getLogger(__name__).warning(
                "there are no articles in %s yet: add some with `quoth index PATH…` here, or "
                "with /quoth add on Discord",
                settings.data_dir,
            )
        running.run(settings, library)
    return FOUND
