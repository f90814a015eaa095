"""Which runs of a sweep have their models stored, and which of them have none yet."""

from collections import defaultdict
from collections.abc import Collection

from mlflow.entities import Run

from fcnn.config.fields import SavedModels
from fcnn.params import cell_id
from fcnn.tracking.names import DIVERGED, SETTLED
from fcnn.tracking.reader import Reader


def choose_runs(reader: Reader, fingerprints: Collection[str], saved: SavedModels) -> list[str]:
    """Return the ids of the runs that are to have a model and have none.

    `best` are of each cell the run with the lowest settled loss and that with the median one, of
    which a report shows the best cell's.

    Args:
        reader: The open store.
        fingerprints: The runs of a sweep, or one outside a sweep.
        saved: Which of them are to have a model.

    Raises:
        StoreError: The store cannot be read.
    """
    if saved == "none":
        return []
    runs = [run for run in reader.find_runs(fingerprints) if DIVERGED not in run.data.tags]
    chosen = runs if saved == "all" else _choose_best(runs)
    run_ids = [run.info.run_id for run in chosen]
    present = reader.find_runs_with_model(run_ids)
    return [run_id for run_id in run_ids if run_id not in present]


def _choose_best(runs: Collection[Run]) -> list[Run]:
    cells: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        cells[cell_id(run.data.params)].append(run)
    chosen = {}
    for cell in cells.values():
        cell.sort(key=lambda run: (run.data.metrics.get(SETTLED, 0.0), run.info.start_time))
        for run in (cell[0], cell[(len(cell) - 1) // 2]):
            chosen[run.info.run_id] = run
    return list(chosen.values())
