"""What every command shares: its general options, its log, and its way to fail.

``command`` wraps a command function: it adds the general options to its signature, sets up logging,
and turns a ``GroupAuditError`` into one line on stderr and the exit code of the contract.
"""

from __future__ import annotations

import functools
import inspect
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn, ParamSpec

import typer

from groupaudit import __version__
from groupaudit.cli.output import JsonLines, PlainLines
from groupaudit.errors import GroupAuditError

P = ParamSpec("P")

logger = logging.getLogger("groupaudit")


class LogFormat(StrEnum):
    """How log lines look."""

    TEXT = "text"
    JSON = "json"


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the shape of a typer callback
    if wanted:
        typer.echo(f"groupaudit {__version__}")
        raise typer.Exit


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more about each step.")]
Format = Annotated[LogFormat, typer.Option("--log-format", help="Log lines as text or as JSON.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours, even on a terminal.")]
Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
    ),
]

_GENERAL = {
    "quiet": (Quiet, False),
    "verbose": (Verbose, False),
    "log_format": (Format, LogFormat.TEXT),
    "no_color": (NoColor, False),
    "version": (Version, False),
}


@dataclass(frozen=True, slots=True)
class Manners:
    """How a command should present itself on this run."""

    quiet: bool = False
    verbose: bool = False
    log_format: LogFormat = LogFormat.TEXT
    color: bool = True

    @property
    def lively(self) -> bool:
        """Whether to draw progress: on a terminal, unless asked to be quiet."""
        return sys.stderr.isatty() and not self.quiet and self.log_format is LogFormat.TEXT


def command(function: Callable[P, int | None]) -> Callable[..., None]:
    """``function`` with the general options, its errors and returned exit code made the process's.

    A parameter named ``manners`` receives the general options.
    """
    wants_manners = "manners" in inspect.signature(function).parameters

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        general = {name: kwargs.pop(name) for name in _GENERAL}
        manners = Manners(
            quiet=general["quiet"],
            verbose=general["verbose"],
            log_format=general["log_format"],
            # rich looks at NO_COLOR only where nobody decides for it (no-color.org).
            color=not (general["no_color"] or os.environ.get("NO_COLOR")),
        )
        _set_up_logging(manners)
        if wants_manners:
            kwargs["manners"] = manners
        with _failures_as_exit_codes():
            raise typer.Exit(function(*args, **kwargs) or 0)

    _declare(run, function)
    return run


def _declare(run: Callable[..., None], function: Callable[..., Any]) -> None:
    """Give ``run`` the signature that typer reads: the function's own plus the general options."""
    signature = inspect.signature(function, eval_str=True)
    own = [item for item in signature.parameters.values() if item.name != "manners"]
    general = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _GENERAL.items()
    ]
    run.__signature__ = inspect.Signature([*own, *general])  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in (*own, *general)}


@contextmanager
def _failures_as_exit_codes() -> Iterator[None]:
    """Errors as one line on stderr; SIGTERM ends a run as politely as Ctrl-C does."""
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except GroupAuditError as error:
        logger.error("%s", error)  # noqa: TRY400 - users get a message, not a traceback
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        logger.error("Interrupted.")  # noqa: TRY400 - as above
        raise typer.Exit(1) from error
    except BrokenPipeError:
        _leave_closed_pipe()
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - the last edge before the user
        # A mistake of ours, told without a traceback, since one could show what was being read.
        # --verbose gives its place in the code, no values.
        logger.error("%s", _internal(error))  # noqa: TRY400 - as above
        logger.debug("%s", "".join(traceback.format_tb(error.__traceback__)))
        raise typer.Exit(1) from None
    finally:
        signal.signal(signal.SIGTERM, previous)


def _internal(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"internal error ({type(error).__name__} at {place}): this is a defect of groupaudit; "
        "please report it with the output of --verbose. What was recorded is not lost."
    )


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _leave_closed_pipe() -> NoReturn:
    """The reader of our output left (``| head``): no error of ours, and nothing more to say."""
    sys.stdout = None
    raise typer.Exit(0)


def _set_up_logging(manners: Manners) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if manners.log_format is LogFormat.JSON else PlainLines())
    logger.handlers = [handler]
    logger.propagate = False
    level = logging.INFO
    if manners.quiet:
        level = logging.ERROR
    elif manners.verbose:
        level = logging.DEBUG
    logger.setLevel(level)
    _silence_libraries()


def _silence_libraries() -> None:
    """Let no library log or warn by itself: it may quote an answer, an address or a post."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    logging.captureWarnings(capture=True)
