"""The last lines of a command: where what it has made is to be seen."""

from collections.abc import Iterable
from pathlib import Path

from fcnn.tracking.links import serving_command
from fcnn.tracking.reader import Reader


def closing_lines(reader: Reader, study: str, files: Iterable[Path] = ()) -> list[str]:
    """Return links to a study's page and to its runs and charts in MLflow's UI.

    Args:
        reader: The open store.
        study: The study's name.
        files: What a report has written.

    Returns:
        Lines, none of which a terminal has to break for a link to open.
    """
    lines = [file.absolute().as_uri() for file in files if file.name == "index.html"]
    links = reader.links(study)
    if links:
        command = serving_command(reader.uri)
        lines.append(f"in MLflow's UI{f' ({command} serves it)' if command else ''}:")
        lines += [f"  {name:<6}  {link}" for name, link in links.items()]
    return lines
