"""What a pool trains is what each config asks for, wherever its network stands in a population."""

import itertools
from collections import defaultdict

import numpy as np

from fcnn.data import load_data
from fcnn.libraries import keras
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


def test_combinations_of_four_numbers_and_seeds_compile_once_for_each_worker_and_size(
    config, monkeypatch
):
    numbers = itertools.product(
        (0.01, 0.02), (0.8, 0.9), (1e-3, 1e-2, 0.1, 1), (0.1, 0.5), range(4)
    )
    configs = [
        config(
            f"optimizer.learning_rate={rate}",
            f"optimizer.beta_1={beta}",
            f"model.l2={l2}",
            f"model.dropout={dropout}",
            f"training.seed={seed}",
            "dataset.n_points=50",
            "training.validation_points=10",
            "training.epochs=3",
        )
        for rate, beta, l2, dropout, seed in numbers
    ]
    populations = group_into_populations(configs, 20)
    assert sum(len(population.members) for population in populations) == len(configs) == 128
    sizes = {len(population.members) for population in populations}
    assert (len(populations), sizes) == (7, {18, 19})
    programs = defaultdict(list)
    monkeypatch.setattr(keras, "_idle_programs", programs)
    n_workers = 2
    for _ in range(2):
        assert not any(update.error for update in TrainingPool(populations, n_workers))
    assert {key.n_members for key in programs} == sizes
    assert len(programs) == len(sizes)
    for compiled in programs.values():
        traces = [program.train.experimental_get_tracing_count() for program in compiled]
        assert traces == [1] * len(traces)
        assert len(traces) <= n_workers


def test_pool_that_is_stopped_gives_what_was_trained_since_the_last_update(config):
    pool = TrainingPool(group_into_populations([config("training.epochs=1000000")], 1), 1)
    updates = iter(pool)
    next(updates)  # of the runs that open, before any epoch
    chunks = [chunk for update in pool.stop() for chunk in update.chunks]
    assert [chunk.first_epoch for chunk in chunks][:1] == [1]
