"""A table in any notation is the same table, or is refused with the option that reads it."""

import bz2
import gzip
import io
import lzma
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcnn.config.tables import TableDataset
from fcnn.data.table_file import read_table_file
from fcnn.data.user_table import read_table
from fcnn.errors import ConfigError

TABLE = pd.DataFrame(
    {
        "area": [1.5, 2.25, 1234.5, 4.0, 5.5, 6.75] * 4,
        "city": ["Köln", "Bonn", "Ulm", "Köln", "Bonn", "Ulm"] * 4,
        "price": np.arange(24) * 1000 + 0.5,
    }
)


def dataset(path, target="price", **options):
    keys = {"features": None, "task": "regression", "validation_share": 0.25, "seed": 0}
    return TableDataset(name="table", path=str(path), target=target, **(keys | options))


def write(tmp_path, content, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def csv_text(**options):
    return TABLE.to_csv(index=False, **options)


def with_thousands(decimal, separator):
    """Write the prices with a thousands separator, between semicolons."""
    lines = [
        f"{area:.2f};{city};{price:,.1f}" for area, city, price in TABLE.itertuples(index=False)
    ]
    swapped = [line.replace(",", "\0").replace(".", decimal) for line in lines]
    return "\n".join(["area;city;price", *swapped, ""]).replace("\0", separator)


def compressed(pack):
    return pack(csv_text().encode())


def zipped(raw):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("t.csv", raw)
        archive.writestr("__MACOSX/._t.csv", b"\0\5\x16\7")  # what a Mac adds
    return buffer.getvalue()


def encrypted(archive):
    """Return a zip archive that says it is encrypted, in both of its headers."""
    for mark, position in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flag = archive.index(mark) + position
        archive = archive[:flag] + b"\1" + archive[flag + 1 :]
    return archive


SAME = {
    "default": (csv_text(), ""),
    "tab": (csv_text(sep="\t"), "dataset.separator=tab"),
    "semicolon": (csv_text(sep=";"), "dataset.separator=semicolon"),
    "pipe": (csv_text(sep="|"), "dataset.separator=pipe"),
    "blanks": (
        TABLE.to_string(index=False, float_format=lambda value: f"{value:.3f}"),
        "dataset.separator=blank",
    ),
    "decimal comma": (csv_text(sep=";", decimal=","), "dataset.decimal=comma"),
    "tab and decimal comma": (csv_text(sep="\t", decimal=","), "dataset.decimal=comma"),
    "German thousands": (with_thousands(",", "."), "dataset.thousands=point"),
    "English thousands": (with_thousands(".", ","), "dataset.thousands=comma"),
    "Swiss thousands": (with_thousands(".", "'"), "dataset.thousands=apostrophe"),
    "French thousands": (with_thousands(",", "\u202f"), "dataset.thousands=blank"),
    "comment first": ("# houses, 2020\n" + csv_text(), "dataset.comment=#"),
    "comments between": (csv_text().replace("\n", "\n# a, b, c, d\n", 5), "dataset.comment=#"),
    "Excel's line": ("sep=;\r\n" + csv_text(sep=";"), "dataset.separator=semicolon"),
    "byte-order mark": (csv_text().encode("utf-8-sig"), ""),
    "Windows": (csv_text(lineterminator="\r\n"), ""),
    "blank lines": (csv_text().replace("\n", "\n\n  \n", 3), ""),
    "quotes": (csv_text(quoting=1), ""),
    "latin-1": (csv_text().encode("latin-1"), "is read as cp1252"),
    "utf-16": (csv_text().encode("utf-16"), "is read as utf-16"),
    "utf-16 without a mark": (csv_text().encode("utf-16-le"), "is read as utf-16-le"),
    "gzip": (compressed(gzip.compress), ""),
    "bzip2": (compressed(bz2.compress), ""),
    "xz": (compressed(lzma.compress), ""),
    "zip": (compressed(zipped), ""),
}


@pytest.mark.parametrize("notation", SAME)
def test_table_is_the_same_in_any_notation_and_what_was_decided_is_said(tmp_path, notation):
    content, decision = SAME[notation]
    file = read_table_file(dataset(write(tmp_path, content)))
    default = read_table_file(dataset(write(tmp_path, csv_text(), "default.csv")))
    assert file.digest == default.digest
    assert list(file.columns["city"].values) == list(TABLE["city"])
    np.testing.assert_array_equal(file.columns["price"].values, TABLE["price"])
    assert decision in " ".join(file.notes)
    assert bool(decision) == bool(file.notes)


def test_parquet_has_the_identity_of_the_csv_file(tmp_path):
    TABLE.to_parquet(tmp_path / "t.parquet")
    file = read_table_file(dataset(tmp_path / "t.parquet"))
    assert file.digest == read_table_file(dataset(write(tmp_path, csv_text()))).digest


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ({"separator": ";", "decimal": ","}, csv_text(sep=";", decimal=",")),
        ({"decimal": "comma"}, csv_text(decimal=",")),
        ({"thousands": "comma"}, csv_text().replace("1234.5", '"1,234.5"')),
        ({"encoding": "latin-1"}, csv_text().encode("latin-1")),
        ({"comment": "//"}, "// a, b\n" + csv_text()),
        ({"separator": "tab", "comment": "none"}, csv_text(sep="\t")),
    ],
)
def test_options_read_what_they_name_without_a_word(tmp_path, options, content):
    file = read_table_file(dataset(write(tmp_path, content), **options))
    assert file.digest == read_table_file(dataset(write(tmp_path, csv_text(), "d.csv"))).digest
    assert file.notes == ()


@pytest.mark.parametrize(
    ("low", "high", "is_noted"), [("1.200", "900", True), ("0.200", "1.900", False)]
)
def test_points_that_may_separate_thousands_are_noted(tmp_path, low, high, is_noted):
    path = write(tmp_path, "a;y\n" + f"{low};1\n{high};2\n" * 9)
    notes = read_table(dataset(path, target="y")).notes
    assert ("dataset.thousands=point reads thousands" in " ".join(notes)) == is_noted


def test_file_without_a_header_is_read_by_numbers_of_its_columns(tmp_path):
    content = csv_text(header=False)
    file = read_table_file(dataset(write(tmp_path, content), target="column_3"))
    assert list(file.columns) == ["column_1", "column_2", "column_3"]
    assert "has no header" in file.notes[0]
    explicit = dataset(tmp_path / "t.csv", target="column_3", header=False)
    assert read_table_file(explicit).digest == file.digest


def test_names_of_rows_as_r_writes_them_are_a_column_without_a_name(tmp_path):
    rows = [f'"{number}",{number}.5,{number % 7}' for number in range(24)]
    path = write(tmp_path, "\n".join(['"area","price"', *rows]))
    table = read_table(dataset(path))
    assert [column.name for column in table.columns] == ["Unnamed: 0", "area"]
    assert table.target[:3].tolist() == [0, 1, 2]
    unquoted = write(tmp_path, path.read_text().replace('"', ""))
    with pytest.raises(ConfigError, match="3 fields, the header has 2; is a separator inside a"):
        read_table(dataset(unquoted))


def test_numbers_in_the_first_row_are_names_where_the_config_names_them(tmp_path):
    text = "2009,2010\n" + "".join(f"{row},{row * 2}\n" for row in range(9))
    file = read_table_file(dataset(write(tmp_path, text), target="2010"))
    assert list(file.columns) == ["2009", "2010"]
    with pytest.raises(ConfigError, match=r"dataset\.header=false takes it for data"):
        read_table(dataset(tmp_path / "t.csv", target="price"))


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        (
            "a;b c;y\n" + "1;x y;2\n" * 9,
            {"target": "y"},
            None,
        ),
        (
            "a;p y\n" + "1;2 3\n" * 9,
            {"target": "a;p"},
            None,
        ),
        (
            "a;b|y\n" + "1;2|3\n" * 9,
            {"target": "z"},
            "several ways; say which: dataset.separator=semicolon or dataset.separator=pipe",
        ),
        (
            "a;y\n" + "".join(f"{row};{row},500\n" for row in range(1, 9)),
            {"target": "y"},
            "column y can be read in several ways, such as 1,500; say which: "
            "dataset.decimal=comma dataset.thousands=none or "
            "dataset.decimal=point dataset.thousands=comma",
        ),
        (
            "a,y\n" + "".join(f'{row},"{row},500"\n' for row in range(1, 9)),
            {"target": "y"},
            "column y holds numbers in another format: 1,500 in row 1; dataset.decimal=comma",
        ),
        (
            "a,y\n" + "1,5,2,5\n" * 9,
            {"target": "y"},
            "row 1 has 4 fields, the header has 2",
        ),
        (
            "вес,цена\n".encode("cp1251") + b"1,2\n" * 9,
            {"target": "y"},
            r"is not UTF-8; .*dataset\.encoding says which",
        ),
        (b"a,y\n\xff,2\n", {"target": "y", "encoding": "utf-8"}, "is not in utf-8.* at byte 4"),
        (b"a,y\n1,2\n", {"target": "y", "encoding": "latin-99"}, "latin-99: is no encoding"),
        (b"PAR1 nothing", {"target": "y"}, "is no Parquet table"),
        (b"a,y", {"target": "y"}, "has no rows"),
        (b'[{"a": 1, "y": 2}]', {"target": "y"}, "is JSON; save its table as csv or Parquet"),
        (b"\n<!DOCTYPE html>\n<html>\n", {"target": "y"}, "is a web page; save"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {"target": "y"}, "is an Excel workbook; save"),
        (pickle.dumps({"a": [1], "y": [2]}), {"target": "y"}, "is a pickle; save"),
        (b"\0" * 257 + b"ustar", {"target": "y"}, "is a tar archive; save"),
        (encrypted(zipped(b"a,y\n1,2\n")), {"target": "y"}, "cannot be decompressed: .*encrypted"),
        (gzip.compress(b"a,y\n" * 99, mtime=0)[:-9], {"target": "y"}, "cannot be decompressed"),
        (
            'name a b\n"x" 1 2\n"y" 3 4\nz 5 6 7\n',
            {"target": "b"},
            "with dataset.separator=blank, row 3 has 4 fields, the header has 3",
        ),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_options_that_tell(
    tmp_path, content, options, reason
):
    chosen = dataset(write(tmp_path, content), **options)
    if reason is None:
        assert read_table_file(chosen).csv.dialect.separator in ("semicolon", "blank")
        return
    with pytest.raises(ConfigError, match=reason):
        read_table(chosen)


def test_excel_is_named(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "")
    with pytest.raises(ConfigError, match="is an Excel workbook; save its table as csv or Parquet"):
        read_table_file(dataset(write(tmp_path, buffer.getvalue())))


NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 3) + 0.0),
)
WORDS = st.sampled_from(["red", "pale blue", 'the "best"', "a;b", "a,b", "x|y", "Ödland", "l'eau"])
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}


@st.composite
def tables(draw):
    n_rows = draw(st.integers(4, 12))
    n_columns = draw(st.integers(2, 4))
    columns = {
        f"v {index}": draw(st.lists(NUMBERS, min_size=n_rows, max_size=n_rows))
        for index in range(n_columns)
    }
    if draw(st.booleans()):
        columns["word"] = draw(st.lists(WORDS, min_size=n_rows, max_size=n_rows))
    columns["y"] = draw(st.lists(NUMBERS, min_size=n_rows, max_size=n_rows))
    return pd.DataFrame(columns)


@given(
    table=tables(),
    separator=st.sampled_from(list(SEPARATORS)),
    decimal=st.sampled_from([".", ","]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    lineterminator=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([0, 1]),
    is_explicit=st.booleans(),
)
def test_random_tables_are_read_back_equal_or_refused(
    tmp_path, table, separator, decimal, encoding, lineterminator, quoting, is_explicit
):
    """With its options a table is read back; without them it is, or two readings are named."""
    text = table.to_csv(
        index=False,
        sep=SEPARATORS[separator],
        decimal=decimal,
        lineterminator=lineterminator,
        quoting=quoting,
    )
    options = {"target": "y"}
    if is_explicit:
        options |= {"separator": separator, "decimal": decimal, "encoding": encoding}
        options["thousands"] = "none"
    chosen = dataset(write(tmp_path, text.encode(encoding)), **options)
    reason = ""
    try:
        file = read_table_file(chosen)
    except ConfigError as error:
        reason = str(error)
    if reason:
        assert not is_explicit
        assert "several ways" in reason or "dataset.encoding" in reason
        return
    assert list(file.columns) == list(table.columns)
    for name, column in file.columns.items():
        if name == "word":
            assert list(column.values) == list(table[name])
        elif column.kind == "number" and not column.faults:
            np.testing.assert_array_equal(column.values, table[name].to_numpy(float))
        else:  # commas for points in a file between commas: refused when it is used
            assert not is_explicit
            with pytest.raises(ConfigError, match="in another format"):
                read_table(chosen)
            return
