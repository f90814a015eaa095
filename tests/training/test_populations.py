import pytest

from fcnn.training.populations import group_into_populations


def grid(config, *overrides):
    """The configs of a grid, whose axes are written `key=a|b`."""
    combinations = [[]]
    for override in overrides:
        key, _, values = override.partition("=")
        combinations = [
            [*combination, f"{key}={value}"]
            for combination in combinations
            for value in values.split("|")
        ]
    return [config(*combination) for combination in combinations]


@pytest.mark.parametrize(
    "axis",
    [
        "optimizer.learning_rate=0.1|0.2",
        "model.kernel_initializer=he_normal|random_uniform",
        "model.hidden_units=[2]|[16]",
        "model.hidden_units=[17,3]|[32,8]",
        "dataset.seed=1|2",
        "optimizer.epsilon=1e-7|1e-6",
        "model.dropout=0.1|0.5",
        "model.bias_initializer=zeros|uniform",
        "schedule=cosine|step",
        "schedule.warmup_epochs=1|2",
    ],
)
def test_configs_that_need_the_same_program_are_stacked(config, axis):
    configs = grid(config, axis, "training.seed=0|1|2")
    (population,) = group_into_populations(configs, 100)
    assert population.configs == configs
    assert population.runs == [(number, number) for number in range(6)]


@pytest.mark.parametrize(
    "axis",
    [
        "model.activation=relu|tanh",
        "model.hidden_units=[16]|[17]",
        "model.hidden_units=[16]|[16,16]",
        "optimizer=sgd|adam",
        "optimizer.amsgrad=true|false",
        "model.l2=0|0.1",
        "schedule=constant|step",
        "training.loss=mae|log_cosh",
        "training.batch_size=50|100",
        "training.validation_points=50|100",
        "dataset=prod|xor",
    ],
)
def test_configs_that_need_different_programs_are_not_stacked(config, axis):
    configs = grid(config, axis, "training.seed=0|1")
    assert [population.configs for population in group_into_populations(configs, 100)] == [
        configs[:2],
        configs[2:],
    ]


@pytest.mark.parametrize("library", ["tensorflow", "torch", "sklearn"])
def test_other_libraries_train_one_network_at_a_time(config, library):
    configs = grid(config, f"library=keras|{library}", "training.seed=0|1")
    assert [len(population.members) for population in group_into_populations(configs, 100)] == [
        2,
        1,
        1,
    ]


def test_runs_that_differ_in_epochs_only_share_the_longest_training(config):
    configs = grid(config, "training.epochs=5|20|10", "training.seed=0|1")
    (population,) = group_into_populations(configs, 100)
    assert [(member.training.epochs, member.training.seed) for member in population.configs] == [
        (20, 0),
        (20, 1),
    ]
    assert population.runs == [(0, 0), (1, 1), (2, 0), (3, 1), (4, 0), (5, 1)]
    assert population.checkpoint_epochs == {5, 10, 20}


def test_no_network_is_trained_longer_than_its_runs_ask_for(config):
    configs = [
        config("training.epochs=5", "training.seed=0"),
        config("training.epochs=20", "training.seed=1"),
    ]
    assert [
        [member.training.epochs for member in population.configs]
        for population in group_into_populations(configs, 100)
    ] == [[5], [20]]


def test_no_population_is_larger_than_allowed_and_sizes_are_as_equal_as_possible(config):
    configs = grid(config, "training.seed=" + "|".join(map(str, range(11))))
    populations = group_into_populations(configs, 4)
    assert [len(population.members) for population in populations] == [3, 4, 4]
    assert [run for population in populations for run, _ in population.runs] == list(range(11))


def test_wide_networks_are_spread_over_all_workers(config):
    seeds = "training.seed=0|1|2|3|4"
    for units, sizes in (("[16,16]", [5]), ("[16,300]", [2, 3])):
        configs = grid(config, f"model.hidden_units={units}", seeds)
        populations = group_into_populations(configs, 32, workers=2)
        assert [len(population.members) for population in populations] == sizes
    alone = group_into_populations(configs[:1], 32, workers=2)
    assert [len(population.members) for population in alone] == [1]


def test_runs_recorded_in_different_places_share_a_member(config):
    (population,) = group_into_populations(
        [config("study.name=a"), config("study.name=b", "tracking.save_model=false")], 100
    )
    assert len(population.members) == 1
    assert population.runs == [(0, 0), (1, 0)]


def test_runs_of_different_lengths_with_early_stopping_are_networks_of_their_own(config):
    configs = grid(config, "training.epochs=5|10", "training.early_stopping.patience=3|null")
    shared = [population.runs for population in group_into_populations(configs, 10)]
    assert shared == [[(0, 0)], [(1, 0), (3, 0)], [(2, 0)]]


def test_runs_of_different_lengths_share_a_member_unless_their_schedule_ends_with_them(config):
    axes = ["training.epochs=5|20", "schedule=step|cosine"]
    configs = grid(config, *axes)
    members = [
        member
        for population in group_into_populations(configs, 100)
        for member in population.members
    ]
    assert sorted(len(member.run_indices) for member in members) == [1, 1, 2]


def test_only_groups_of_rows_keep_data_of_different_seeds_apart(config, tmp_path):
    # Their parts differ in size from seed to seed.
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["a,house,y", *(f"{n},h{n % 10},{n % 7}" for n in range(40))]))
    table = ["dataset=csv", f"dataset.path={path}", "dataset.target=y"]
    for group, sizes in (("house", [1, 1]), ("null", [2])):
        configs = [config(*table, f"dataset.group={group}", f"dataset.seed={n}") for n in (0, 1)]
        populations = group_into_populations(configs, 100)
        assert [len(population.members) for population in populations] == sizes
