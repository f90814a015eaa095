"""Takes credentials out of text that is shown or written down."""

import re

# A password may itself hold "@" or, against the standard, "/": then what follows the colon is no
# port. An "@" in a path, as in `sqlite:////tmp/a@b/mlflow.db`, belongs to no user.
_USERINFO = re.compile(
    r"(?<=://)(?:[^/?#\s]*@|[^/?#\s@:]+:(?!\d*(?:[/?#\s]|$))\S*@)"
    r"|(?i:(?<=%3A%2F%2F)(?:(?!%2F|%3F|%23)[^\s/?#&])*%40)"
)

_SECRET = (
    r"(?:password|passwd|passphrase|pwd|secret|token|credentials?|"
    r"(?:api|access|account|private|secret|shared)[ _-]?key)(?:[_-]?id)?\d*"
)
_WORD = (
    r"(?:(?<![\w-])|(?<=%3B)|(?<=%26)|(?<=%3F))"
    r"(?:user(?:name|[ _-]?id)?|uid|key|auth|sig|signature)"
)
"""Words that name credentials only where they stand alone: `key=`, but not `monkey=`."""
_QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\"(?:(?!\\").)*\\"|\{[^}]*\}"""
_ENCODED_QUOTED = r"(?:%22(?:(?!%22).)*%22|%27(?:(?!%27).)*%27|%7B(?:(?!%7D).)*%7D)"
_SCHEMES = r"(?:(?:bearer|basic|digest|token)(?:\s+|%20|\+))?"

_VALUES = re.compile(
    "|".join(
        [
            # 'password=two words': the quotes are around the whole.
            rf"(?P<whole>(?P<quote>[\"'])(?:{_SECRET}|{_WORD})=)(?:(?!(?P=quote))[^\\]|\\.)+"
            r"(?=(?P=quote))",
            rf"(?P<authorization>authorization[\"']?\s*(?:[=:]|%3A|%3D)\s*)"
            rf"(?:{_QUOTED}|{_SCHEMES}[^\s&;,'\"]+)",
            rf"(?P<encoded>(?:{_SECRET}|{_WORD})%3D)"
            rf"(?:{_ENCODED_QUOTED}|(?:(?!%3B|%26)[^\s&;'\"])+)",
            # In a connection string as ODBC's a value goes up to the next semicolon.
            rf"(?P<odbc>;\s*(?:{_SECRET}|{_WORD})\s*=\s*)(?:{_QUOTED}|[^;'\"\n]+)",
            rf"(?P<query>(?:{_SECRET}|{_WORD})[\"']?\s?=\s?)(?:{_QUOTED}|[^\s&;'\"]+)",
            rf"(?P<pair>(?:{_SECRET})(?:[\"']|\\\")?\s?:\s*)(?:{_QUOTED}|[^\s&;,'\"}}]+)",
        ]
    ),
    re.IGNORECASE,
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)(?=\S*\d)[\w.~+/=-]{8,}")


def redact(text: str) -> str:
    """The text with `...` in place of users, passwords, tokens and keys.

    They are found in addresses (`http://me:secret@host`, which loses both), in queries and
    connection strings (`?password=x`, `;PWD=x;`, also percent-encoded), in `key: value` pairs and
    in headers. Ordinary words that only end alike (`monkey=1`, `tokens=5`) stay.
    """
    text = _USERINFO.sub("", text)
    text = _VALUES.sub(_emptied, text)
    return _BEARER.sub(r"\1...", text)


def _emptied(match: re.Match[str]) -> str:
    """The match without its value: what stands before it, and an ellipsis."""
    group = match.lastgroup if match.lastgroup != "quote" else "whole"
    return f"{match[str(group)]}..."
