"""How a command ends that cannot do what it was told, or is interrupted: with no traceback."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from fcnn.config.hydra_internals import get_args_parser
from fcnn.config.messages import summarize
from fcnn.errors import FcnnError
from fcnn.escaping import printable
from fcnn.imports import collect_garbage_rarely

FULL_ERROR = "HYDRA_FULL_ERROR"
SHOW_TRACEBACKS = os.environ.get(FULL_ERROR) == "1"
"""Whether the user wants tracebacks of Hydra's and the system's errors, read at the start."""


@contextmanager
def exit_on_user_error() -> Iterator[None]:
    """Turn an error that the user can correct into one line on stderr; a bug keeps its traceback.

    Raises:
        SystemExit: With that line. Hydra would print a traceback of any other exception, and only
            warn about it in a callback.
    """
    previous = os.environ.get(FULL_ERROR)
    # Makes Hydra raise its errors instead of printing up to 23 lines about them.
    os.environ[FULL_ERROR] = "1"
    try:
        yield
    except FcnnError as error:
        raise SystemExit(str(error)) from None
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        if SHOW_TRACEBACKS:
            raise
        raise SystemExit(printable(summarize(error))) from None
    except OSError as error:
        if SHOW_TRACEBACKS:
            raise
        reason = error.strerror or str(error) or type(error).__name__
        line = f"{error.filename}: {reason}" if error.filename else reason
        raise SystemExit(printable(line)) from None
    finally:
        if previous is None:
            os.environ.pop(FULL_ERROR, None)
        else:
            os.environ[FULL_ERROR] = previous


@contextmanager
def run_as_command() -> Iterator[None]:
    """Run a command that mostly imports and reads, as the whole of this process.

    Raises:
        SystemExit: With one line about what the user can correct, or silently at an interrupt.
    """
    collect_garbage_rarely()
    try:
        with exit_on_user_error():
            yield
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def arrange_arguments(arguments: Sequence[str]) -> list[str]:
    """Put flags before overrides, wherever they stand: Hydra stops at a flag between overrides.

    See https://github.com/facebookresearch/hydra/issues/3053.

    Raises:
        FcnnError: A flag is unknown, or its value is.
    """
    parser = get_args_parser()
    parser.error = _raise_flag_error  # type: ignore[method-assign]
    options, unknown = parser.parse_known_intermixed_args(list(arguments))
    flags = [argument for argument in unknown if argument.startswith("-")]
    if flags:
        raise FcnnError(
            f"{flags[0]}: there is no such flag; keys and studies are written without dashes, "
            "as study=activation_size"
        )
    overrides = list(options.overrides)
    arranged = list(arguments)
    # From the end, where the overrides are that Hydra would not see.
    for override in reversed(overrides):
        position = len(arranged) - 1 - arranged[::-1].index(override)
        del arranged[position]
    return [*arranged, *overrides]


def _raise_flag_error(message: str) -> NoReturn:
    raise FcnnError(message.removeprefix("argument "))
