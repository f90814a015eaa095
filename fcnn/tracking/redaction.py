"""Removes credentials from text that is shown or recorded."""

import re

# A password may contain "@" and, against the standard, "/": then the text after the colon is not a
# port. An "@" in a path, as in `sqlite:////tmp/a@b/mlflow.db`, does not follow a user name.
_USERINFO = re.compile(
    r"(?<=://)(?:[^/?#\s]*@|[^/?#\s@:]+:(?!\d*(?:[/?#\s]|$))\S*@)"
    r"|(?i:(?<=%3A%2F%2F)(?:(?!%2F|%3F|%23)[^\s/?#&])*%40)"
)

_SECRET = (
    r"(?:password|passwd|passphrase|pwd|secret|token|credentials?|x-(?:amz|goog)-signature|"
    r"(?:(?<![a-z])|(?<=db)|(?<=pg))pass|(?<![a-z])(?:pw|creds?|jwt|cookie)|"
    r"(?:api|access|account|client|encryption|license|master|private|secret|session|shared|signing|"
    r"ssh|storage|webhook)[ _-]?key)(?:[_-]?id)?\d*"
)
_WORD = (
    r"(?:(?<![\w-])|(?<=%3B)|(?<=%26)|(?<=%3F))"
    r"(?:user(?:name|[ _-]?id)?|uid|key|auth|sig|signature)"
)
"""Words that name credentials only as a whole word: `key=`, but not `monkey=`."""
_KEY_OF_MAPPING = r"(?:(?<=[\"'])|(?<=[{,] )|(?<=[{,])|^ *)(?:key|auth|sig|signature)[\"']?\s?:\s*"
"""In a text such as YAML or JSON; elsewhere, a colon after one of these words is punctuation."""
_QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\"(?:(?!\\").)*\\"|\{[^}]*\}"""
_ENCODED_QUOTED = r"(?:%22(?:(?!%22).)*%22|%27(?:(?!%27).)*%27|%7B(?:(?!%7D).)*%7D)"
_SCHEMES = r"(?:(?:bearer|basic|digest|token)(?:\s+|%20|\+))?"

_VALUES = re.compile(
    "|".join(
        [
            # 'password=two words': quotes around key and value.
            rf"(?P<whole>(?P<quote>[\"'])(?:{_SECRET}|{_WORD})=)(?:(?!(?P=quote))[^\\]|\\.)+"
            r"(?=(?P=quote))",
            rf"(?P<authorization>authorization[\"']?\s*(?:[=:]|%3A|%3D)\s*)"
            rf"(?:{_QUOTED}|{_SCHEMES}[^\s&;,'\"]+)",
            rf"(?P<encoded>(?:{_SECRET}|{_WORD})%3D)"
            rf"(?:{_ENCODED_QUOTED}|(?:(?!%3B|%26)[^\s&;'\"])+)",
            # In an ODBC connection string, a value extends to the next semicolon.
            rf"(?P<odbc>;\s*(?:{_SECRET}|{_WORD})\s*=\s*)(?:{_QUOTED}|[^;'\"\n]+)",
            rf"(?P<query>(?:{_SECRET}|{_WORD})[\"']?\s?=\s?)(?:{_QUOTED}|[^\s&;'\"]+)",
            rf"(?P<flag>--?(?:{_SECRET}) +)(?:{_QUOTED}|[^\s-]\S*)",
            rf"(?P<mapping>{_KEY_OF_MAPPING})(?:{_QUOTED}|[^\s&;,'\"}}]+)",
            rf"(?P<pair>(?:{_SECRET})(?:[\"']|\\\")?\s?:\s*)(?:{_QUOTED}|[^\s&;,'\"}}]+)",
        ]
    ),
    re.IGNORECASE | re.MULTILINE,
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)(?=\S*\d)[\w.~+/=-]{8,}")
_TOKENS = re.compile(
    r"\b(?:gh[a-z]_|github_pat_|glpat-|hf_|sk-|xox[a-z]-)[\w-]{20,}|\beyJ[\w-]{10,}\.[\w-]+\.[\w-]+"
)
"""Tokens known by their form: of GitHub, GitLab, Hugging Face, OpenAI and Slack, and JWTs."""


def redact(text: str) -> str:
    """Return the text with `...` in place of users, passwords, tokens and keys.

    Credentials are recognised in addresses (`http://me:secret@host`, which loses user and
    password), in queries and connection strings (`?password=x`, `;PWD=x;`, also percent-encoded),
    in `password: value` pairs, in options (`--token x`) and in headers, and tokens of well-known
    forms anywhere. Words that merely look
    similar (`monkey=1`, `tokens=5`) are left alone.
    """
    text = _USERINFO.sub("", text)
    text = _TOKENS.sub("...", _VALUES.sub(_drop_value, text))
    return _BEARER.sub(r"\1...", text)


def _drop_value(match: re.Match[str]) -> str:
    """Return the match up to its value, and an ellipsis."""
    group = match.lastgroup if match.lastgroup != "quote" else "whole"
    return f"{match[str(group)]}..."


def describe_briefly(error: BaseException) -> str:
    """Return the first line of an error that says something, without credentials."""
    text = str(error)
    if isinstance(error, OSError) and error.strerror and error.filename:
        # Of two files the second is the one that is written.
        text = f"{error.filename2 or error.filename}: {error.strerror}"
    lines = redact(text).strip().splitlines()
    # SQLAlchemy begins with advice for its own users.
    lines = [line for line in lines if not line.startswith("(raised as a result of")]
    return lines[0] if lines and lines[0] else type(error).__name__
