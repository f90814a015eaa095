import pytest

from fcnn.training.populations import populations


def grid(config, *overrides):
    """Configs of a grid, given as `key=a|b`."""
    found = [[]]
    for override in overrides:
        key, _, values = override.partition("=")
        found = [[*before, f"{key}={value}"] for before in found for value in values.split("|")]
    return [config(*one) for one in found]


@pytest.mark.parametrize(
    "axis",
    [
        "optimizer.learning_rate=0.1|0.2",
        "model.kernel_initializer=he_normal|random_uniform",
        "model.hidden_units=[2]|[16]",
        "model.hidden_units=[17,3]|[32,8]",
    ],
)
def test_seeds_and_what_else_is_no_part_of_the_program_are_stacked(config, axis):
    configs = grid(config, axis, "training.seed=0|1|2")
    (population,) = populations(configs, 100)
    assert population.members == configs
    assert population.runs == [(number, number) for number in range(6)]


@pytest.mark.parametrize(
    "axis",
    [
        "model.activation=relu|tanh",
        "model.hidden_units=[16]|[17]",
        "model.hidden_units=[16]|[16,16]",
        "optimizer=sgd|adam",
        "optimizer.epsilon=1e-7|1e-6",
        "training.batch_size=50|100",
        "training.validation_points=50|100",
        "dataset=prod|xor",
        "dataset.seed=1|2",
    ],
)
def test_whatever_changes_the_program_is_not(config, axis):
    configs = grid(config, axis, "training.seed=0|1")
    assert [population.members for population in populations(configs, 100)] == [
        configs[:2],
        configs[2:],
    ]


@pytest.mark.parametrize("library", ["tensorflow", "torch", "sklearn"])
def test_other_libraries_train_one_network_at_a_time(config, library):
    configs = grid(config, f"library=keras|{library}", "training.seed=0|1")
    assert [len(population.members) for population in populations(configs, 100)] == [2, 1, 1]


def test_runs_that_differ_in_epochs_only_share_the_longest_training(config):
    configs = grid(config, "training.epochs=5|20|10", "training.seed=0|1")
    (population,) = populations(configs, 100)
    assert [(member.training.epochs, member.training.seed) for member in population.members] == [
        (20, 0),
        (20, 1),
    ]
    assert population.runs == [(0, 0), (1, 1), (2, 0), (3, 1), (4, 0), (5, 1)]
    assert population.stops == {5, 10, 20}


def test_networks_of_different_lengths_are_not_trained_longer_than_asked_for(config):
    configs = [
        config("training.epochs=5", "training.seed=0"),
        config("training.epochs=20", "training.seed=1"),
    ]
    assert [
        [member.training.epochs for member in population.members]
        for population in populations(configs, 100)
    ] == [[5], [20]]


def test_no_population_is_larger_than_allowed_and_their_sizes_are_alike(config):
    configs = grid(config, "training.seed=" + "|".join(map(str, range(11))))
    parts = populations(configs, 4)
    assert [len(population.members) for population in parts] == [3, 4, 4]
    assert [run for population in parts for run, _ in population.runs] == list(range(11))


def test_where_runs_are_recorded_does_not_part_them(config):
    (population,) = populations(
        [config("study.name=a"), config("study.name=b", "tracking.save_model=false")], 100
    )
    assert len(population.members) == 1
    assert population.runs == [(0, 0), (1, 0)]
