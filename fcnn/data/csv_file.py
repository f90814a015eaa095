"""Csv files as bytes and as records: read once per process, and told apart by their contents."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path

from fcnn.config.schema import Config, CsvDataset
from fcnn.errors import ConfigError

MAX_CACHED_BYTES = 2**28
"""Total size of the files kept in memory; others are read again and must not have changed."""

_contents: dict[str, bytes] = {}


@cache
def file_digest(path: str) -> str:
    """Hash a csv file as this process first read it, 16 hexadecimal digits.

    Raises:
        ConfigError: The file cannot be read.
    """
    raw = _read_bytes(path)
    digest = _hash(raw)
    if sum(map(len, _contents.values())) + len(raw) <= MAX_CACHED_BYTES:
        _contents.setdefault(digest, raw)
    return digest


def read_once(dataset: CsvDataset) -> bytes:
    """Return a csv file as this process first read it.

    Runs are trained on the contents that are recorded, even if the file changes meanwhile.

    Raises:
        ConfigError: The file cannot be read, or has changed since its digest was computed, here
            or in the process that planned the sweep.
    """
    digest = file_digest(dataset.path)
    raw = _contents[digest] if digest in _contents else _read_bytes(dataset.path)
    if _hash(raw) != (dataset.digest or digest):
        raise ConfigError(
            f"dataset.path={dataset.path}: its contents have changed since this was planned"
        )
    return raw


def with_digest(config: Config) -> Config:
    """Return the config with the digest of its csv file, if it names one.

    Wherever such a config is trained, the file must have these contents.
    """
    dataset = config.dataset
    if not isinstance(dataset, CsvDataset) or dataset.digest:
        return config
    return replace(config, dataset=replace(dataset, digest=file_digest(dataset.path)))


def read_records(raw: bytes) -> Iterator[list[str]]:
    """Yield the fields of each record as written, header first; blank lines are skipped."""
    with TextIOWrapper(BytesIO(raw), encoding="utf-8-sig", newline="") as lines:
        for fields in csv.reader(lines):
            if len(fields) > 1 or (fields and fields[0].strip()):
                yield fields


def check_records(path: str, raw: bytes) -> None:
    """Check that column names are distinct and that each row has as many fields as the header.

    pandas itself reads longer rows as rows with an index, pads shorter ones, and renames a second
    `price` to `price.1`.

    Raises:
        ConfigError: A name occurs twice, or a row has another number of fields.
    """
    records = read_records(raw)
    header = next(records, [])
    names = [name.strip() for name in header]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            raise ConfigError(
                f"dataset.path={path}: two columns are called {name}, "
                f"fields {names.index(name) + 1} and {index + 1} of the header; "
                "each needs a name of its own"
            )
    for row, fields in enumerate(records, start=1):
        if len(fields) != len(header):
            is_longer = len(fields) > len(header)
            hint = "; fields are separated by commas, and by nothing else" if is_longer else ""
            raise ConfigError(
                f"dataset.path={path}: row {row} has {len(fields)} fields, "
                f"the header has {len(header)}{hint}"
            )


def _read_bytes(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise ConfigError(f"dataset.path={path}: cannot be read: {error.strerror}") from None
    except (ValueError, RuntimeError) as error:  # a null byte, or the home of an unknown user
        raise ConfigError(f"dataset.path={path}: cannot be read: {error}") from None


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]
