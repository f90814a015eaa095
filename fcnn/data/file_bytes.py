"""Files as bytes: read from the disk, decompressed, and hashed."""

import bz2
import gzip
import hashlib
import lzma
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from fcnn.errors import ConfigError

_ZIP = b"PK\x03\x04"
_MACOS_FOLDER = "__MACOSX/"
"""What macOS adds to an archive, beside the file that was packed."""
_TAR, _TAR_POSITION = b"ustar", 257
_EXCEL = "an Excel workbook"
_OTHER_FORMATS = {
    _EXCEL: (b"\xd0\xcf\x11\xe0",),
    "a web page": (b"<!doctype", b"<!DOCTYPE", b"<html", b"<HTML"),
    "JSON": (b"[{", b'{"'),
    "a pickle": (b"\x80\x03", b"\x80\x04", b"\x80\x05"),
    "a NumPy file": (b"\x93NUMPY",),
    "an Arrow file": (b"ARROW1\0\0",),
    "an HDF5 file": (b"\x89HDF",),
    "a SQLite database": (b"SQLite format 3\0",),
    "a PDF": (b"%PDF-",),
    "a pointer of Git LFS": (b"version https://git-lfs",),
}
"""What files of other formats begin with."""
PARQUET = b"PAR1"
"""What a Parquet file begins with."""


def read_bytes(path: str) -> bytes:
    """Read a file as it is.

    Raises:
        ConfigError: The file cannot be read.
    """
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        hint = "; download it first" if "://" in path else ""
        raise ConfigError(f"dataset.path={path}: cannot be read: {error.strerror}{hint}") from None
    except (ValueError, RuntimeError) as error:  # a null byte, or the home of an unknown user
        raise ConfigError(f"dataset.path={path}: cannot be read: {error}") from None


def hash_bytes(raw: bytes) -> str:
    """Hash bytes to 16 hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()[:16]


def _decompress_zstandard(raw: bytes) -> bytes:
    import pyarrow as pa

    return bytes(pa.CompressedInputStream(BytesIO(raw), "zstd").read())


_DECOMPRESSORS = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ\x00": lzma.decompress,
    b"\x28\xb5\x2f\xfd": _decompress_zstandard,
}
"""What undoes a compression, by what compressed files begin with."""


def decompress(path: str, raw: bytes) -> bytes:
    """Undo gzip, bzip2, xz, zstd or zip, which the first bytes tell; other bytes stay as they are.

    Raises:
        ConfigError: The file is damaged, is an archive of several files, or an Excel workbook.
    """
    try:
        for mark, undo in _DECOMPRESSORS.items():
            if raw.startswith(mark):
                return undo(raw)
        if raw.startswith(_ZIP):
            return _read_single_member(path, raw)
    except (
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        RuntimeError,
    ) as error:
        raise ConfigError(f"dataset.path={path}: cannot be decompressed: {error}") from None
    return raw


def _read_single_member(path: str, raw: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        names = [
            name
            for name in archive.namelist()
            if not name.endswith("/") and not name.startswith(_MACOS_FOLDER)
        ]
        if "xl/workbook.xml" in names:
            raise _other_format(path, _EXCEL)
        if len(names) != 1:
            raise ConfigError(
                f"dataset.path={path}: holds {len(names)} files, and should hold one table"
            )
        return archive.read(names[0])


def check_format(path: str, content: bytes) -> None:
    """Refuse files that are known to be something else than a text.

    Raises:
        ConfigError: It is of another format, which is named.
    """
    beginning = content[:100].lstrip()
    for name, marks in _OTHER_FORMATS.items():
        if beginning.startswith(marks):
            raise _other_format(path, name)
    if content.startswith(_TAR, _TAR_POSITION):
        raise _other_format(path, "a tar archive")


def _other_format(path: str, name: str) -> ConfigError:
    return ConfigError(f"dataset.path={path}: is {name}; save its table as csv or Parquet")
