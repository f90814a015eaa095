"""What a pool trains is what each config asks for, wherever its network stands in a population."""

import numpy as np

from fcnn.data import load_data
from fcnn.libraries.base import load_library
from fcnn.training.pool import TrainingPool
from fcnn.training.populations import group_into_populations


def test_each_network_of_a_population_trains_on_the_data_of_its_config(config):
    configs = [
        config(f"dataset.seed={data_seed}", f"training.seed={seed}", "training.epochs=2")
        for data_seed, seed in ((3, 0), (4, 0), (3, 1), (4, 1))
    ]
    library = load_library("keras")
    (population,) = group_into_populations(configs, 10)
    chunks = [chunk for update in TrainingPool([population], 1) for chunk in update.chunks]
    curves = np.concatenate([chunk.metrics["val_loss"] for chunk in chunks])
    for number, run in enumerate(configs):
        alone = np.concatenate(
            [chunk.metrics["val_loss"][:, 0] for chunk in library.train([run], [load_data(run)])]
        )
        np.testing.assert_array_equal(curves[:, number], alone)
    assert len(np.unique(curves[-1])) == len(configs)
