import pytest
from words import UGLY, PageText, rendered

from fcnn.escaping import (
    from_markdown,
    markdown,
    markdown_code,
    plotly,
    printable,
    shorten_number,
    shortened,
    unbroken,
)


@pytest.mark.parametrize("word", UGLY)
def test_word_can_be_printed_in_one_line_without_controls(word):
    text = printable(word)
    assert text.isprintable()
    text.encode()
    if word.isprintable():
        assert text == word


def test_control_characters_are_visible_and_lines_stay_where_they_may():
    assert printable("a\x1b[31m\n\x85\u202e\udcff") == r"a\x1b[31m\n\x85\u202e\udcff"
    assert printable("a\nb\rc", newlines=True) == "a\nb\\rc"


@pytest.mark.parametrize("word", UGLY)
@pytest.mark.parametrize("template", ["{}", "# {}", "- {}", "- x: {}.", "**{}**", "![{}](a.png)"])
def test_markdown_shows_a_word_as_it_is(word, template):
    page = rendered(template.format(markdown(printable(word))))
    assert printable(word).strip() in page.text
    tag = {"#": "h1", "-": "li", "*": "p"}.get(template[0], "p")
    assert set(page.tags) <= {tag, "ul", "strong", "img"}


@pytest.mark.parametrize("word", UGLY)
def test_markdown_table_keeps_a_word_in_its_cell(word):
    table = f"| a | b |\n|---|---|\n| {markdown(printable(word))} | last |\n"
    page = rendered(table)
    assert page.tags.count("td") == 2
    assert printable(word).strip() in page.text


@pytest.mark.parametrize("word", UGLY)
def test_markdown_is_undone(word):
    assert from_markdown(markdown(word)) == printable(word, newlines=True)


@pytest.mark.parametrize("text", ["A **bold** note, 5 < 6", "activation_size: 0.00123, -1 to 2"])
def test_markdown_without_escapes_is_read_as_it_is(text):
    assert from_markdown(text) == text


def test_plain_names_and_numbers_are_no_markup():
    for text in ("activation_size", "tanh, 2-16-1, seed 3", "0.00123", "-1", "1e-05", "(2 of 3)"):
        assert markdown(text) == text


@pytest.mark.parametrize("word", UGLY)
def test_code_shows_a_word_as_it_is(word):
    page = rendered(markdown_code(word))
    assert page.tags == ["p", "code"]
    assert page.text.strip() == printable(word).strip()


@pytest.mark.parametrize("word", UGLY)
def test_plotly_gets_a_word_as_text(word):
    text = plotly(word)
    assert "$" not in text
    assert PageText(f"<p>{text}</p>").tags == ["p"]
    assert PageText(f"<p>{text}</p>").text == printable(word)


def test_middle_of_a_long_text_is_left_out():
    assert shortened("abcdefghij", 10) == "abcdefghij"
    assert shortened("abcdefghijk", 6) == "abc…jk"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.000123456789", "0.0001235"),
        ("-1234.5678e-3", "-1.235"),
        ("0.00123456", "0.00123456"),
        ("12345678", "12345678"),
        # Names of files, as those of data frames, whose hash may begin like a number.
        ("946052548ec62968.parquet", "946052548ec62968.parquet"),
        ("20201231.5.csv", "20201231.5.csv"),
    ],
)
def test_long_fractions_are_shortened_and_nothing_else(text, shown):
    assert shorten_number(text) == shown


@pytest.mark.parametrize("word", UGLY)
def test_html_gets_a_word_as_text(word):
    page = PageText(f"<p>{unbroken(word)}</p>")
    assert set(page.tags) <= {"p", "span"}
    assert page.text == word


def test_numbers_and_layers_do_not_break_at_their_hyphens():
    text = unbroken("tanh, 2-16-1: 0.5 at 4.22e-05; x-2-3, " + "2-" * 20 + "1")
    assert text.split('<span class="unbroken">')[1:] == [
        "2-16-1</span>: 0.5 at ",
        "4.22e-05</span>; x-2-3, " + "2-" * 20 + "1",
    ]
