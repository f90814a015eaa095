"""The menus of the interactive plot: which metric, which cells, which scale."""

from typing import Any

from fcnn.analysis.selection import NOT_APPLICABLE, Selection
from fcnn.analysis.value_labels import label_values
from fcnn.escaping import plotly, shortened
from fcnn.params import hyperparameter_label
from fcnn.plots.panels import MAX_CELLS, MAX_LINES, Arrangement, find_best

TraceCells = list[list[int]]
"""The places in `Selection.cells` of the cells that each trace shows; a trace of the legend has
several."""
Points = tuple[list[Any], list[Any]]
MAX_VALUES = 12
"""An axis of more values is not offered as a filter: a search hardly tries a value twice."""
LABEL_LENGTH = 40
"""Characters of an entry of a menu."""


def make_menus(
    points_of_metric: dict[str, Points],
    trace_cells: TraceCells,
    arrangement: Arrangement,
    selection: Selection,
) -> list[dict[str, Any]]:
    """Return Plotly's menus: of metrics, of scales, and of cells if they are many."""
    axes = [_axis_name(number) for number in range(len(arrangement.panels))]
    titles = [f"{axis}.title.text" for axis in axes[:: arrangement.n_columns]]
    # Metrics nearly always share their epochs, which are half of the numbers of a page.
    first_x, _ = next(iter(points_of_metric.values()))
    share_x = all(x == first_x for x, _ in points_of_metric.values())
    metrics = [
        {
            "label": name,
            "method": "update",
            # The traces of the legend, which come last, have no points and keep none.
            "args": [
                {"y": y} if share_x else {"x": x, "y": y},
                dict.fromkeys(titles, name),
                list(range(len(x))),
            ],
        }
        for name, (x, y) in points_of_metric.items()
    ]
    scales = [
        {
            "label": f"{kind} axis",
            "method": "relayout",
            "args": [{f"{axis}.type": kind for axis in axes}],
        }
        for kind in ("log", "linear")
    ]
    above = {"y": 1, "yanchor": "bottom"}
    top = {"b": 80 if len(selection.cells) > MAX_LINES else 25}
    menus = [
        above | {"buttons": metrics, "x": 0, "xanchor": "left", "pad": top},
        above | {"buttons": scales, "x": 1, "xanchor": "right", "pad": top},
    ]
    if len(selection.cells) > MAX_LINES:
        cells = _filter_cells(trace_cells, arrangement, selection)
        menus.append(above | {"buttons": cells, "x": 0, "xanchor": "left", "pad": {"b": 30}})
    return menus


def _axis_name(number: int) -> str:
    return "yaxis" if number == 0 else f"yaxis{number + 1}"


def _filter_cells(
    trace_cells: TraceCells, arrangement: Arrangement, selection: Selection
) -> list[dict[str, Any]]:
    """Return the entries that show the best cells, all of them, or those with a value.

    Where the cells with a value are too many for a panel, it is the best of them.
    """
    cells = selection.cells
    choices: dict[str, list[int]] = {}
    if len(cells) > MAX_CELLS:
        choices[f"the {len(arrangement.best)} best of {len(cells)} cells"] = arrangement.best
    if arrangement.fits:
        choices[f"all {len(cells)} cells"] = list(range(len(cells)))
    for axis, values in selection.axes.items():
        if len(values) > MAX_VALUES:
            continue
        labels = label_values(selection.shown, axis, values) | {NOT_APPLICABLE: NOT_APPLICABLE}
        for value in values:
            places = [int(place) for place in cells.index[cells[axis] == value]]
            entry = f"{hyperparameter_label(axis)} {shortened(labels[value], LABEL_LENGTH)}"
            if len(places) > MAX_LINES and not arrangement.fits:
                places = find_best(selection, places)
                entry += f", the {len(places)} best"
            choices.setdefault(entry, places)
    return [
        {
            "label": plotly(entry),
            "method": "restyle",
            "args": [{"visible": [bool(set(places) & set(shown)) for shown in trace_cells]}],
        }
        for entry, places in choices.items()
    ]
