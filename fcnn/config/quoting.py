"""Texts as the command line has to have them, so that Hydra takes them literally."""

import re
import shlex

_CLOSING_QUOTE = re.compile(r"(\\*)('|\Z)")


def quote_text(text: str) -> str:
    """Put a text between quotes; what looks like an interpolation is still one."""
    # Hydra halves backslashes before a quote, and before the end of the text, and only there.
    escaped = _CLOSING_QUOTE.sub(lambda end: 2 * end[1] + (end[2] and r"\'"), text)
    return f"'{escaped}'"


def quote_override(key: str, value: str) -> str:
    r"""Return what to type in a shell so that Hydra takes a value literally.

    Example:
        >>> quote_override("dataset.target", "rate [/s]")
        '"dataset.target=\'rate [/s]\'"'
    """
    override = f"{key}={quote_text(value)}"
    return shlex.quote(override) if re.search(r'[$`"\\!]', override) else f'"{override}"'
