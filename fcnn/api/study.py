"""Studies in Python: train a grid, and read what the store holds of it."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from fcnn.composition.composing import compose_study
from fcnn.composition.study_composer import ComposedStudy
from fcnn.composition.values import format_grid, format_value
from fcnn.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    from optuna.distributions import BaseDistribution

    from fcnn.api.results import StudyResults
    from fcnn.api.trained import TrainedNetwork
    from fcnn.plots.notebook import NotebookFigure

Result = TypeVar("Result")


class Study:
    """A named grid of configs, its runs, and what they show.

    Runs, fingerprints and the store are those of the command line: what either has trained, the
    other does not train again.

    Args:
        name: Name of the study and of its MLflow experiment.
        axes: Config key -> the values of that axis, as Python values. With `search`, also a
            distribution of Optuna's; or the text of the command line for either.
        overrides: Lines as on the command line, which hold for all runs: `["optimizer=sgd"]`.
        seeds: How many seeds, from 0, or a list of seeds. Each has its own sample of the data,
            unless an override fixes one: `dataset.seed=0`.
        claims: What the study is expected to show, as in a study's file; `report` judges them.
        data: A table to learn from, in place of `dataset.path`. It is kept with the sweep, so that
            nothing else is needed to resume it and to report.
        target: The column of `data` to predict, or several for a regression.
        search: How many configs Optuna tries, each with all seeds, instead of a grid.

    Raises:
        ConfigError: A key or value cannot be trained, with the line that the command prints.

    Example:
        >>> study = fcnn.Study(
        ...     "momentum",
        ...     {"optimizer.momentum": [0.0, 0.9], "optimizer.learning_rate": [0.01, 0.1]},
        ...     overrides=["optimizer=sgd"],
        ... )
        >>> study.run()
        >>> study.ranking()
        >>> study.best().predict([[0.5, -1.0]])
        >>> houses = pd.read_csv("houses.csv")
        >>> study = fcnn.Study("size", {"model.hidden_units": [[4], [16]]}, data=houses,
        ...                    target="price")
        >>> rates = {"optimizer.learning_rate": FloatDistribution(1e-4, 0.1, log=True)}
        >>> study = fcnn.Study("rates", rates, search=20)
    """

    def __init__(
        self,
        name: str,
        axes: Mapping[str, "Iterable[Any] | BaseDistribution"],
        overrides: Sequence[str] = (),
        seeds: int | Sequence[int] = 10,
        claims: Sequence[Mapping[str, Any]] | None = None,
        *,
        data: "pd.DataFrame | None" = None,
        target: str | int | Sequence[str | int] | None = None,
        search: int | None = None,
    ) -> None:
        if isinstance(overrides, str | Mapping):
            is_text = isinstance(overrides, str)
            example = [overrides] if is_text else [f"{key}=VALUE" for key in overrides]
            raise ConfigError(f"overrides={overrides!r}: should be a list of lines, as {example}")
        if not isinstance(name, str):
            raise ConfigError(f"name={name!r}: should be a text")
        lines = [*_describe_data(data, target), *overrides, *format_grid(axes, seeds)]
        lines.append(f"study.name={format_value('study.name', name)}")
        composed = compose_study(lines, search, claims)
        self.name = name
        self.uri = composed.config.tracking.uri
        self._composed: ComposedStudy | None = composed
        self._call = f"fcnn.Study({name!r}, ...)"

    @classmethod
    def _open(cls, name: str, uri: str, composed: ComposedStudy | None, call: str) -> Self:
        """Make a study of what is composed, or unknown; `call` is what the user called."""
        study = cls.__new__(cls)
        study.name, study.uri = name, uri
        study._composed, study._call = composed, call
        return study

    def __repr__(self) -> str:
        return (
            f"Study({self.name!r}, {self._composed})" if self._composed else f"Study({self.name!r})"
        )

    def run(self) -> None:
        """Train the runs that the store does not have, and record them in MLflow.

        A search that was interrupted goes on where it was.

        Raises:
            ConfigError: The study has no grid: it was loaded from a store, and has no file.
            StoreError: The store cannot be used.
            FcnnError: Runs failed; the others are recorded.
        """
        if self._composed is None:
            raise ConfigError(
                f"study={self.name}: has no file in conf/study, so there is no grid to train; "
                "its runs are in the store"
            )
        from fcnn.api.running import train_study  # TensorFlow and MLflow take seconds

        with self._using_store("run()"):
            train_study(self._composed, f"fcnn.load({self.name!r}).report(folder)")

    def runs(self) -> "pd.DataFrame":
        """The finished runs.

        Returns:
            One row for each run: `run_id`, `name`, `seconds`, `final_loss`, `final_val_loss` and
            so on, `cell`, `label`, and a column for each hyperparameter, by its key.
        """
        return self._read(lambda results: results.tables["runs"])

    def curves(self) -> "pd.DataFrame":
        """The losses of all finished runs.

        Returns:
            One row for each epoch of a run: `run_id`, `label`, `training.seed`, `epoch` (from 1),
            `loss`, `val_loss`, and for classes `accuracy`, `val_accuracy`.
        """
        return self._read(lambda results: results.tables["curves"])

    def ranking(self, target: float | None = None) -> "pd.DataFrame":
        """The cells of the grid, the lowest settled loss first.

        Args:
            target: The validation loss whose epochs are counted; by default ten times the
                lowest settled loss on the same data.

        Returns:
            One row for each cell.
        """
        return self._read(lambda results: results.rank_cells(target))

    def comparisons(self) -> "pd.DataFrame":
        """The values of each axis compared in pairs, within seeds.

        Returns:
            One row for each pair: `axis`, `a`, `b`, `factor` (how many times larger the settled
            validation loss of `a` is), its interval from `low` to `high`, `p`, `seeds`, `agree`
            (how many seeds agree with the factor), `outcome`, `verdict`.
        """
        return self._read(lambda results: results.compare_values())

    def claims(self) -> "pd.DataFrame":
        """Whether what the newest sweep of the study expects is so.

        Returns:
            One row for each claim: `sentence`, `verdict`, `figures`, `seeds`, `data samples`.
        """
        return self._read(lambda results: results.judge_claims())

    def plot_overlay(self, metric: str = "loss") -> "NotebookFigure":
        """Plot the curves of all cells: medians over seeds, with bands.

        Args:
            metric: A metric of `curves()`: `loss`, `val_loss`, `accuracy`, `val_accuracy`.

        Returns:
            A matplotlib Figure, which a notebook shows.
        """
        return self._read(lambda results: results.plot_overlay(metric))

    def plot_heatmap(self) -> "NotebookFigure":
        """Plot the settled validation loss of all cells as numbers and colours.

        Returns:
            A matplotlib Figure, which a notebook shows.
        """
        return self._read(lambda results: results.plot_heatmap())

    def report(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write the report of the study: `index.html`, figures and tables.

        Args:
            folder: Where its files go; created if it is missing.

        Returns:
            The paths of the files.
        """
        return self._read(lambda results: results.write_report(Path(folder)))

    def best(self) -> "TrainedNetwork":
        """The median network of the cell with the lowest settled validation loss.

        If the study varies its data set, losses on different data are not compared: it is the
        best on the first data set.
        """
        return self._read(lambda results: results.load_best())

    def _read(self, read: "Callable[[StudyResults], Result]") -> Result:
        from fcnn.api.results import StudyResults  # MLflow and pandas take seconds

        # Only report() writes; the other calls leave no trace in the store.
        with self._using_store("report(folder)"):
            return read(StudyResults(self.uri, self.name))

    @contextmanager
    def _using_store(self, method: str) -> Iterator[None]:
        """Leave MLflow's globals as they are, and name this study as what reads or writes."""
        from fcnn.tracking.mlflow_globals import preserve_mlflow_globals
        from fcnn.tracking.provenance import record_call

        with preserve_mlflow_globals(), record_call(f"{self._call}.{method}"):
            yield


def _describe_data(
    data: "pd.DataFrame | None", target: str | int | Sequence[str | int] | None
) -> list[str]:
    """The lines that choose a data frame and its target; none without one.

    Raises:
        ConfigError: One of the two is missing, or the frame cannot be kept.
    """
    if data is None and target is None:
        return []
    if data is None or target is None:
        raise ConfigError("data and target: a table needs both")
    from fcnn.data.frame_file import keep_frame  # pandas takes a quarter of a second

    columns = [target] if isinstance(target, str) or not isinstance(target, Iterable) else [*target]
    if not all(isinstance(name, str | int) for name in columns):
        raise ConfigError("target: should be the name of a column, or a list of names")
    names = [str(name) for name in columns]  # as the frame's own are
    is_single = columns == [target]
    return [
        "dataset=table",
        f"dataset.path={format_value('dataset.path', keep_frame(data))}",
        f"dataset.target={format_value('dataset.target', names[0] if is_single else names)}",
    ]
