import re

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from words import UGLY, squeezed

from fcnn.escaping import printable
from fcnn.plots.typesetting import (
    LogFormatter,
    distinguish_labels,
    encode_figure,
    typesetting,
    wrap_text,
)


@pytest.fixture
def chinese_font(tmp_path):
    """A font that matplotlib did not have, with a glyph of its own for 速."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 900))
    pen.lineTo((900, 900))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "speed"])
    builder.setupCharacterMap({ord("速"): "speed"})
    builder.setupGlyf({".notdef": pen.glyph(), "speed": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "speed": (1000, 0)})
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Noto Sans CJK JP", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "font.ttf")
    earlier = list(fontManager.ttflist)
    fontManager.addfont(tmp_path / "font.ttf")
    yield
    fontManager.ttflist[:] = earlier
    fontManager._findfont_cached.cache_clear()


def encode_text(text):
    with typesetting():
        figure = Figure()
        figure.text(0, 0.5, text)
        return encode_figure(figure, "png")


@pytest.mark.parametrize("file_format", ["png", "svg"])
def test_every_word_is_drawn_as_it_is_without_a_warning(file_format):
    with typesetting():
        for word in UGLY:
            figure = Figure(figsize=(8, 12), layout="constrained")
            name = wrap_text(printable(word), 30)
            axes = figure.add_subplot(title=name, xlabel=name)
            axes.set_xticks([0, 1], [name, "b"])
            content, _ = encode_figure(figure, file_format)
            assert len(content) > 1000
            assert all(not text.get_parse_math() for text in (axes.title, axes.xaxis.label))
            assert axes.get_xticklabels()[0].get_text() == name


def test_characters_that_no_font_has_are_named_and_warn_of_nothing(monkeypatch):
    monkeypatch.setattr("fcnn.plots.typesetting.FALLBACK_FONTS", ())
    _, missing = encode_text("速度 a")
    assert missing == {"速", "度"}


def test_installed_fallback_font_draws_what_the_default_font_lacks(chinese_font):
    content, missing = encode_text("速")
    assert missing == set()
    assert content != encode_text("度")[0]


def test_font_of_plain_texts_stays_the_default():
    with typesetting():
        figure = Figure()
        text = figure.text(0, 0, "a")
    assert text.get_fontfamily()[0] == "sans-serif"


@pytest.mark.parametrize("limits", [(1e-6, 1), (0.1, 0.5), (1e-12, 1e4), (1, 3)])
def test_labels_of_a_logarithmic_axis_say_what_matplotlibs_own_say(limits):
    def labels(formatter):
        axes = Figure().add_subplot()
        axes.set(yscale="log", ylim=limits)
        if formatter:
            axes.yaxis.set_major_formatter(LogFormatter())
            axes.yaxis.set_minor_formatter(LogFormatter())
        axes.figure.draw_without_rendering()
        return [label.get_text() for label in axes.get_yticklabels(which="both")]

    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    plain = [re.sub(r"[$^{}]|\\mathdefault", "", text) for text in labels(None)]
    plain = [text.replace(r"\times", "×") for text in plain]
    assert [text.translate(digits) for text in labels(LogFormatter)] == plain
    assert any(plain)


@pytest.mark.parametrize("word", UGLY)
def test_wrapped_text_has_all_of_a_word_in_lines_that_fit(word):
    lines = wrap_text(word, 20).split("\n")
    assert squeezed("".join(lines)) == squeezed(word)
    assert max(map(len, lines)) <= 20


def test_wide_characters_take_twice_the_width():
    assert wrap_text("速度" * 10, 20) == "\n".join(["速度" * 5] * 2)


def test_long_labels_that_are_equal_without_their_middle_are_numbered():
    texts = ["a" * 50 + middle + "b" * 50 for middle in "xy"] + ["short"]
    assert distinguish_labels(texts, 21) == [
        f"{'a' * 10}…{'b' * 10} (1)",
        f"{'a' * 10}…{'b' * 10} (2)",
        "short",
    ]


def test_same_figure_gives_the_same_svg_without_a_date(monkeypatch):
    def draw():
        axes = Figure().add_subplot()
        axes.fill_between([1, 2], [1, 2], [2, 3])  # its clip path has an id
        return encode_figure(axes.figure, "svg")[0]

    first = draw()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert draw() == first
    assert b"<dc:date>" not in first


def test_fonts_and_mathematics_of_other_figures_stay_as_they_are():
    with typesetting():
        pass
    assert Figure().text(0, 0, "$x$").get_parse_math()
