"""The cost of each feature of stacked networks, against the same networks without it."""

import time
from collections import defaultdict
from collections.abc import Sequence

import pandas as pd

from fcnn.config.schema import Config
from fcnn.data import load_data
from scripts.baselines import compose_configs

N_NETWORKS, EPOCHS = 10, 20
FEATURES = {
    "adam": [],
    "amsgrad": ["optimizer.amsgrad=true"],
    "weight decay": ["optimizer.weight_decay=0.01"],
    "clipnorm": ["optimizer.clipnorm=1"],
    "global clipnorm": ["optimizer.global_clipnorm=1"],
    "l2": ["model.l2=0.001"],
    "dropout": ["model.dropout=0.2"],
    "Gaussian noise": ["model.gaussian_noise=0.1"],
    "batch normalization": ["model.normalization=batch"],
    "layer normalization": ["model.normalization=layer"],
    "early stopping": [f"training.early_stopping.patience={EPOCHS}"],
    **{name: [f"optimizer={name}"] for name in ("sgd", "adamw", "rmsprop", "nadam", "lion")},
    **{name: [f"optimizer={name}"] for name in ("adamax", "adadelta", "ftrl", "lamb")},
}


def time_features(repeats: int) -> pd.DataFrame:
    """Time ten networks of [16,16] with relu, compiled before, the features in turns.

    Returns:
        For each feature `CPU ms per step` of all networks, the median, and `times plain adam`.
    """
    grids = {name: _compose(overrides) for name, overrides in FEATURES.items()}
    for configs in grids.values():
        _train(configs)
    seconds = defaultdict[str, list[float]](list)
    for _ in range(repeats):
        for name, configs in grids.items():
            started = time.process_time()
            n_steps = _train(configs)
            seconds[name].append((time.process_time() - started) / n_steps)
    table = pd.DataFrame({"CPU ms per step": pd.DataFrame(seconds).median() * 1000})
    return table.assign(
        **{"times plain adam": table["CPU ms per step"] / table["CPU ms per step"]["adam"]}
    )


def _compose(overrides: Sequence[str]) -> list[Config]:
    grid = ["model.hidden_units=[16,16]", "model.activation=relu", f"training.epochs={EPOCHS}"]
    return compose_configs("depth", [*grid, f"training.seed=range({N_NETWORKS})", *overrides])


def _train(configs: Sequence[Config]) -> int:
    """Train a population and return its number of steps."""
    from fcnn.libraries.keras import train

    data = [load_data(config) for config in configs]
    for _ in train(configs, data):
        pass
    return EPOCHS * -(-len(data[0].x) // configs[0].training.batch_size)
