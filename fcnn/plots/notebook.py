"""Figures that a notebook shows, though they belong to no pyplot window."""

from matplotlib.figure import Figure

from fcnn.plots.typesetting import encode_figure, typesetting


class NotebookFigure(Figure):
    """A matplotlib Figure that a notebook shows as a PNG.

    Left to itself, IPython shows Figures only once pyplot or an inline backend has been loaded,
    and a library has no business loading one.
    """

    def _repr_png_(self) -> bytes:
        with typesetting():
            content, _ = encode_figure(self, "png")
        return content


def show_in_notebooks(figure: Figure) -> NotebookFigure:
    """Return the same Figure as one that notebooks show."""
    figure.__class__ = NotebookFigure
    assert isinstance(figure, NotebookFigure)
    return figure
