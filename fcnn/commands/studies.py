"""`scripts/studies.py` and `fcnn-studies`: list, rename, delete and close a store's studies."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import compress
from typing import TYPE_CHECKING

from fcnn.commands.overrides import URI_KEY, parse_overrides
from fcnn.config.command_line import run_as_command
from fcnn.config.fields import check_study_name
from fcnn.config.locations import command_name, conf_dir
from fcnn.errors import ConfigError, FcnnError
from fcnn.escaping import printable
from fcnn.printing import print_table
from fcnn.quantities import count, format_bytes
from fcnn.signals import defer_signals
from fcnn.status import show_status
from fcnn.tracking.address import LOCAL_UI
from fcnn.tracking.existing_store import check_exists
from fcnn.tracking.names import STATUSES

if TYPE_CHECKING:
    from fcnn.tracking.studies import StudyManager, StudySummary

DESCRIPTION = """List, rename, delete and close the studies of a store.

{command} list                  with dates and sizes
{command} rename OLD NEW
{command} delete STUDY          says what would go, and asks
{command} delete STUDY --yes    does not ask
{command} close STUDY           ends its runs that nobody trains any more, and asks
{command} links                 the address of each study in MLflow's UI

Each takes tracking.uri=...; by default that is MLFLOW_TRACKING_URI, or the train command's store.
"""
OVERRIDE = re.compile(r"(?!study=)[\w.]+=")
"""The beginning of `KEY=VALUE`, which may stand anywhere."""


def main() -> None:
    """Run the command line of this process."""
    arguments = sys.argv[1:]
    overrides = [argument for argument in arguments if OVERRIDE.match(argument)]
    options = _parse_options([argument for argument in arguments if argument not in overrides])
    with run_as_command():
        uri = parse_overrides(overrides)[URI_KEY]
        check_exists(uri, command_name("train"))
        # MLflow takes seconds to import: not before the arguments are known to be good.
        with show_status("reading the store"):
            from fcnn.tracking.studies import StudyManager
            from fcnn.tracking.writer import Writer

            manager = StudyManager(Writer(uri))
        options.run(manager, options)


def list_studies(manager: "StudyManager", _: argparse.Namespace) -> None:
    """Print the studies with how many runs have which status, their dates and sizes.

    A column in which nothing stands is left out, so that a row fits a terminal.
    """
    with show_status("reading the studies"):
        summaries = manager.summaries()
    if not summaries:
        print(f"the store has no study yet; {command_name('train')} study=... trains one")
        return
    headings = ["study", "runs", *STATUSES, "latest", "size", "needed by"]
    rows = list(map(_make_row, summaries))
    is_used = [any(cells) for cells in zip(*rows, strict=True)]
    print_table(
        list(compress(headings, is_used)),
        [list(compress(row, is_used)) for row in rows],
        numbers=headings[1:-1],
        box=None,
    )


def print_links(manager: "StudyManager", options: argparse.Namespace) -> None:
    """Print the link to each study in MLflow's UI."""
    for name, link in manager.links(options.address).items():
        print(f"{printable(name)}: {link}")


def rename(manager: "StudyManager", options: argparse.Namespace) -> None:
    """Rename a study."""
    name, new_name = options.study, options.new_name
    try:
        check_study_name(new_name)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    n_runs = manager.rename(name, new_name)
    print(f"{name} is {new_name} now, with {count(n_runs, 'run')}")
    if (conf_dir() / "study" / f"{name}.yaml").exists():
        print(f"conf/study/{name}.yaml still trains {name}; study.name={new_name} goes on with it")


def delete(manager: "StudyManager", options: argparse.Namespace) -> None:
    """Delete a study, after saying what goes and asking.

    Raises:
        FcnnError: Nobody can be asked, or the answer was no.
    """
    with show_status("looking who needs its runs"):
        deletion = manager.plan_deletion(options.study)
    name, n_sweeps = deletion.experiment.name, len(deletion.runs) - deletion.n_networks
    size = "" if deletion.n_bytes is None else f", {format_bytes(deletion.n_bytes)}"
    print(
        f"{name}: {count(deletion.n_networks, 'run')} and {count(n_sweeps, 'sweep')} go{size}",
        flush=True,
    )
    if deletion.n_kept:
        users = " and ".join(deletion.needed_by)
        needs = "needs" if len(deletion.needed_by) == 1 else "need"
        stays = count(deletion.n_kept, "run", ("stays", "stay"))
        print(f"{stays}: {users} {needs} {'it' if deletion.n_kept == 1 else 'them'}", flush=True)
    if not options.yes:
        _ask(f"Delete {printable(name)} for good?", "nothing is deleted")
    # Half of a deletion would keep the name of the study taken.
    with show_status("deleting"), defer_signals():
        is_erased = manager.delete(deletion)
    print("deleted" if is_erased else "deleted; `mlflow gc` on the server's machine erases it")


def close(manager: "StudyManager", options: argparse.Namespace) -> None:
    """End runs that are still RUNNING after a power cut, or on a machine that is gone.

    Raises:
        ConfigError: No run of the study is RUNNING.
        FcnnError: Nobody can be asked, or the answer was no.
    """
    running = manager.find_running(options.study)
    print(
        f"{options.study}: {count(len(running), 'run')} RUNNING, the latest since "
        f"{_format_time(max(run.info.start_time for run in running))}",
        flush=True,
    )
    if not options.yes:
        _ask("Does no process train them any more?", "nothing is closed")
    manager.close(running)
    print(f"closed; {command_name('train')} trains what is missing")


def _parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    command = command_name("studies")
    parser = argparse.ArgumentParser(
        description=DESCRIPTION.format(command=command),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(required=True, metavar="list | links | rename | delete | close")
    parsers: list[tuple[str, Callable[..., None], list[str]]] = [
        ("list", list_studies, []),
        ("links", print_links, []),
        ("rename", rename, ["study", "new_name"]),
        ("delete", delete, ["study"]),
        ("close", close, ["study"]),
    ]
    for name, run, names in parsers:
        action = actions.add_parser(name, help=(run.__doc__ or "").splitlines()[0])
        action.set_defaults(run=run)
        for argument in names:
            action.add_argument(argument, type=_strip_key)
        if name == "links":
            action.add_argument("address", nargs="?", help=f"of the UI, by default {LOCAL_UI}")
        if name in ("delete", "close"):
            action.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def _strip_key(argument: str) -> str:
    """The name of a study, also where it is written as for the other commands: `study=depth`."""
    return argument.removeprefix("study=")


def _ask(question: str, refusal: str) -> None:
    """Ask on the terminal whether to go on.

    Raises:
        FcnnError: There is no terminal, or the answer is not yes.
    """
    if not sys.stdin.isatty():
        raise FcnnError(f"{refusal}; without a terminal, --yes says that it is meant")
    try:
        answer = input(f"{question} [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise FcnnError(refusal)


def _make_row(summary: "StudySummary") -> list[object]:
    counts = [summary.statuses[status] for status in STATUSES.values()]
    size = "" if summary.n_bytes is None else format_bytes(summary.n_bytes)
    needed_by = ", ".join(summary.needed_by)
    total = summary.statuses.total()
    return [summary.name, total, *counts, _format_time(summary.latest_ms), size, needed_by]


def _format_time(milliseconds: int) -> str:
    """Format a time in the time zone of this machine."""
    return f"{datetime.fromtimestamp(milliseconds / 1000):%Y-%m-%d %H:%M}"
