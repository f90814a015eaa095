"""Trains a tracked run again and says whether its curve comes out the same."""

import numpy as np

from fcnn.config.parsing import parse_yaml
from fcnn.config.schema import ConfigError, Tracking
from fcnn.data import load_data
from fcnn.libraries.base import load_library
from fcnn.params import DIGEST_KEY, config_params
from fcnn.tracking.provenance import differences
from fcnn.tracking.reader import METRICS, Reader
from fcnn.tracking.store import exists
from fcnn.training.checks import check_installed


def rerun(uri: str, run_id: str) -> str:
    """Trains the run's config without recording anything; gives the outcome in words.

    Raises:
        ConfigError: the store has no such run, or its config can no longer be trained.
        StoreError: the store cannot be opened.
    """
    reader = Reader(uri) if exists(uri) else None
    tracked = reader.tracked(run_id) if reader else None
    if reader is None or tracked is None:
        raise ConfigError(
            f"rerun={run_id}: the store has no trained network of this id (the parent run of a sweep is none)"
        )
    run, source = tracked
    try:
        config = parse_yaml(source, Tracking(uri=uri, save_model=False, parent_run_id=None))
    except ConfigError as error:
        raise ConfigError(f"rerun={run_id}: {error}") from None
    check_installed(f"library={config.library}")
    curves = reader.curves([run_id], METRICS)
    if curves.empty:
        return f"no epoch of it is recorded: {run.data.tags.get('fcnn.error', run.info.status.lower())}"
    data = load_data(config)
    chunks = list(load_library(config.library).train([config], data))
    again = {
        metric: np.concatenate([chunk.metrics[metric][:, 0] for chunk in chunks])
        for metric in chunks[0].metrics
    }
    lines, same = [], True
    for metric in [metric for metric in METRICS if metric in curves]:
        values = curves[metric].dropna().to_numpy(np.float32)
        epochs = min(len(values), len(again[metric]))
        now, then = again[metric][:epochs], values[:epochs]
        if (now == then).all():
            lines.append(f"{metric}: the same bits in all {epochs} epochs")
            continue
        same = False
        first = int(np.argmax(now != then))
        relative = np.abs(now - then) / np.maximum(np.abs(then), np.finfo(np.float32).tiny)
        lines.append(
            f"{metric}: differs from epoch {first + 1} on, by {relative[first]:.1g} there and {relative.max():.1g} at most (relative)"
        )
    changed = differences(run.data.tags)
    if config_params(config).get(DIGEST_KEY) != run.data.params.get(DIGEST_KEY):
        changed.append("the csv file has other contents")
    if changed:
        lines += [
            f"what it was made with differs, {'and changed nothing' if same else 'which may be why'}:",
            *(f"  {one}" for one in changed),
        ]
    elif not same:
        lines.append("versions, commit and machine are those that it was made with")
    return "\n".join(lines)
