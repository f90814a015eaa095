"""Quantities in words: counts with their noun, sizes with their unit."""


def count(number: int, noun: str, verbs: tuple[str, str] | None = None) -> str:
    """Return a number with its noun, and with the verb that goes with it.

    Args:
        number: How many.
        noun: What, in the singular; the plural takes an s.
        verbs: The verb of one and that of several.

    Example:
        >>> count(1, "run"), count(3, "run", ("was", "were"))
        ('1 run', '3 runs were')
    """
    is_one = number == 1
    words = [str(number), noun if is_one else f"{noun}s"]
    if verbs:
        words.append(verbs[0] if is_one else verbs[1])
    return " ".join(words)


def format_bytes(n_bytes: int) -> str:
    """Return a size with its unit: `1.5 GB`."""
    size, units = float(n_bytes), ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.3g} {units[0]}"
