"""The notebook of the documentation runs as it stands, and shows its figures."""

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from fcnn.config.locations import project_dir

NOTEBOOK = project_dir() / "docs" / "quickstart.ipynb"


@pytest.fixture(scope="module")
def executed(make_folder):
    """The notebook after running all of its cells, in a folder with a store of its own."""
    folder = make_folder("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        patch.setenv("PYTHONPATH", str(project_dir()))
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=300, resources=resources).execute()
    return notebook


def outputs_of(notebook, code):
    """The outputs of the one cell that contains this source."""
    (cell,) = [cell for cell in notebook.cells if cell.cell_type == "code" and code in cell.source]
    return cell.outputs


@pytest.mark.parametrize("code", ["study.plot_overlay", "study.plot_heatmap"])
def test_figures_are_shown(executed, code):
    (output,) = outputs_of(executed, code)
    assert output.data["image/png"]


@pytest.mark.parametrize("code", ["study.ranking()", "study.comparisons()", "describe()"])
def test_tables_are_shown(executed, code):
    (output,) = outputs_of(executed, code)
    assert "<table" in output.data["text/html"]


def test_the_best_network_predicts_the_target(executed):
    (output,) = outputs_of(executed, "network.predict")
    numbers = output.data["text/plain"].removeprefix("array(").removesuffix(")")
    pairs = np.array(eval(numbers))
    assert np.abs(pairs[:, 0] - pairs[:, 1]).max() < 0.1


def test_nothing_else_is_printed(executed):
    streams = [
        output.text
        for cell in executed.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    ]
    assert streams == []


def test_it_is_committed_without_outputs():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    assert all(not cell.get("outputs") for cell in cells)
