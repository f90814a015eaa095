"""The encoding of a text file: as the config says, or found where that is certain."""

import codecs
import re

from fcnn.errors import ConfigError

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    # Before UTF-16, whose mark is the beginning of this one.
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE_BYTES = 2**16
WESTERN = "cp1252"
"""What Windows calls ANSI in Western Europe; it agrees with Latin-1 in all printable characters."""
_WESTERN_LETTERS = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ"
_FOREIGN_WORD = re.compile(rf"[^\x00-\x7f{_WESTERN_LETTERS}°§€]|[{_WESTERN_LETTERS}]{{3}}")
"""What cp1252 makes of other encodings: letters that are rare in it, and words of nothing else."""


def decode(path: str, raw: bytes, encoding: str) -> tuple[str, str | None]:
    """Decode a file.

    `auto` reads UTF-8, else what a byte-order mark says, else UTF-16 whose text is mostly ASCII,
    else cp1252 if its letters stand in words of Western Europe, or charset-normalizer finds so.

    Args:
        path: Path for messages.
        raw: The bytes.
        encoding: Name of an encoding, or `auto`.

    Returns:
        The text, and a note on what was decided, if it is not UTF-8.

    Raises:
        ConfigError: The bytes are not in this encoding, or `auto` cannot tell in which they are.
    """
    if encoding != "auto":
        return _decode_as(path, raw, encoding), None
    for mark, name in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            note = None if name == "utf-8-sig" else f"{path}: is read as {name}, as it says itself"
            return _decode_as(path, raw, name), note
    try:
        if b"\0" not in raw[:_SAMPLE_BYTES]:
            return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        return _decode_single_bytes(path, raw)
    return _decode_double_bytes(path, raw)


def _decode_as(path: str, raw: bytes, encoding: str) -> str:
    try:
        if codecs.lookup(encoding).name == "utf-8":
            encoding = "utf-8-sig"
        return raw.decode(encoding)
    except (LookupError, ValueError) as error:  # a null byte in the name is a ValueError
        if not isinstance(error, UnicodeError):
            raise ConfigError(
                f"dataset.encoding={encoding}: is no encoding; should be auto, or a name such as "
                "utf-8, latin-1, cp1252 or utf-16"
            ) from None
        where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise ConfigError(
            f"dataset.path={path}: is not in {encoding}{where}: {getattr(error, 'reason', error)}"
        ) from None


def _decode_double_bytes(path: str, raw: bytes) -> tuple[str, str | None]:
    """Decode what has null bytes: UTF-16 without its mark, or UTF-8 that really holds them."""
    sample = raw[:_SAMPLE_BYTES]
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    for encoding, n_null, n_other in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if n_null > 0.4 * len(sample) / 2 and n_null > 100 * n_other:
            return _decode_as(path, raw, encoding), f"{path}: is read as {encoding}"
    return _decode_as(path, raw, "utf-8"), None


def _decode_single_bytes(path: str, raw: bytes) -> tuple[str, str]:
    """Decode as cp1252, if nothing speaks for another encoding.

    Any bytes are text in some encoding. Where accented letters stand alone among those of ASCII,
    it is a western one; otherwise charset-normalizer has to agree, which knows which letters go
    together in which languages, but needs many of them.
    """
    from charset_normalizer import from_bytes

    # Only lines with other characters than those of ASCII tell encodings apart.
    lines = [line for line in raw.splitlines(keepends=True) if not line.isascii()]
    sample = b"".join(lines)[:_SAMPLE_BYTES]
    western = _try_decode(sample, WESTERN)
    is_western = western is not None and not _FOREIGN_WORD.search(western)
    best = None if is_western else from_bytes(sample).best()
    guess = best.encoding if best else None
    if western is not None and (is_western or (guess and _try_decode(sample, guess) == western)):
        text = _try_decode(raw, WESTERN)
        if text is not None:
            return text, (
                f"{path}: is not UTF-8, and is read as {WESTERN}; dataset.encoding names another"
            )
    fitting = [name for name in (WESTERN if western else None, guess) if name]
    named = f"it may be {' or '.join(fitting)}; " if fitting else ""
    raise ConfigError(
        f"dataset.path={path}: is not UTF-8; {named}dataset.encoding says which encoding it has"
    )


def _try_decode(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
