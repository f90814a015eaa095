"""Which words of a column get an input of their own, and which may be meant as one."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from fcnn.data.columns import shorten

MAX_LEVELS = 50
"""Inputs that a column of words becomes at most."""
MIN_ROWS, MIN_SHARE = 2, 0.005
"""A rarer word has no input of its own, and neither has one that only later rows have."""


def choose_levels(words: Iterable[str]) -> tuple[str, ...]:
    """Choose the words that are frequent enough to learn from, sorted; a gap is "", and is none.

    Args:
        words: The column, of the whole table: its inputs may not depend on how rows are split.
    """
    counts = Counter(words)
    n_rows = sum(counts.values())
    counts.pop("", None)
    frequent = [
        word
        for word, count in counts.most_common(MAX_LEVELS)
        if count >= max(MIN_ROWS, MIN_SHARE * n_rows)
    ]
    return tuple(sorted(frequent))


def describe_look_alikes(words: Iterable[str]) -> str:
    """Name two words that a person may take for one; empty if there are none."""
    similar: dict[str, str] = {}
    for word in sorted(set(words) - {""}):
        plain = " ".join(unicodedata.normalize("NFKC", word).casefold().split())
        if plain in similar:
            return (
                f"{shorten(similar[plain])} and {shorten(word)} are not the same: they differ in "
                "capitals, blanks or encoding"
            )
        similar[plain] = word
    return ""
