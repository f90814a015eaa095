"""Figures that a notebook shows, though they belong to no pyplot window."""

from matplotlib.figure import Figure

from fcnn.plots.typesetting import render, typesetting


class NotebookFigure(Figure):
    """A Figure that displays itself as a PNG where it is the value of a cell.

    IPython knows how to show Figures only once pyplot or an inline backend is loaded, which a
    library has no business doing.
    """

    def _repr_png_(self) -> bytes:
        with typesetting():
            return render(self, "png")[0]


def show_in_notebooks(figure: Figure) -> Figure:
    """The same Figure, as one that notebooks show."""
    figure.__class__ = NotebookFigure
    return figure
