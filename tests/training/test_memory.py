"""What cannot fit into memory is refused before work, and populations are made to fit."""

import re

import pytest

from fcnn.data import load_data
from fcnn.errors import ConfigError
from fcnn.training import memory
from fcnn.training.jobs import Job
from fcnn.training.memory import (
    PROCESS_BYTES,
    Shape,
    available_bytes,
    batch_processes,
    check_memory,
    estimate_sizes,
    shape_of,
    share_memory,
)
from fcnn.training.populations import group_into_populations
from hydra_plugins.fcnn_sweeper import foreign_launcher


def estimate(config):
    return estimate_sizes([config])[0]


@pytest.mark.parametrize(
    "line",
    [
        "dataset.n_points=2147483647",
        "training.validation_points=2147483647",
        "model.hidden_units=[16, 500000, 500000]",
    ],
)
def test_run_that_cannot_fit_is_refused_in_one_line_with_both_sizes(config, line):
    with pytest.raises(ConfigError) as refused:
        check_memory(config(line))
    message = str(refused.value)
    assert message.startswith(f"{line}: the run needs about ")
    assert re.search(r"needs about \S+ [GT]B of memory, and \S+ [GT]B are available$", message)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("lines", "peak_mb"),
    [
        # Peaks above that of the idle process, as `VmHWM` had them on x86-64.
        (["model.hidden_units=[4000,4000]", "dataset.n_points=500"], 863),
        (["model.hidden_units=[4000,4000]", "dataset.n_points=500", "optimizer=sgd"], 615),
        (["model.hidden_units=[4000,4000]", "dataset.n_points=500", "library=torch"], 538),
        (["model.hidden_units=[4000,4000]", "dataset.n_points=500", "library=sklearn"], 636),
        (["model.hidden_units=[4000,4000]", "dataset.n_points=500", "library=tensorflow"], 661),
        (["dataset.n_points=1000000", "training.batch_size=1000"], 72),
        (
            [
                *("dataset.n_points=20000", "training.batch_size=20000"),
                "model.hidden_units=[500,500]",
            ],
            164,
        ),
        (
            [
                *("dataset.n_points=1000", "training.validation_points=100000"),
                "model.hidden_units=[200,200]",
            ],
            201,
        ),
    ],
)
def test_estimate_lies_above_the_measured_peak_and_below_its_double(config, lines, peak_mb):
    assert peak_mb <= estimate(config(*lines)) / 2**20 <= 2 * peak_mb


def write_group(root, version, limit, used, cached):
    """Write a control group of memory as Linux shows it, a folder below its mount."""
    controllers = "memory" if version == 1 else ""
    (root / "proc" / "self").mkdir(parents=True)
    (root / "proc" / "self" / "cgroup").write_text(f"9:cpu:/other\n4:{controllers}:/job/step\n")
    group = root / "sys" / "fs" / "cgroup" / controllers / "job"
    (group / "step").mkdir(parents=True)
    names = ("memory.max", "memory.current", "inactive_file")
    if version == 1:
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    (group / names[0]).write_text(f"{limit}\n")
    (group / names[1]).write_text(f"{used}\n")
    (group / "memory.stat").write_text(f"anon 5\n{names[2]} {cached}\n")


@pytest.mark.parametrize("version", [1, 2])
def test_limit_of_a_control_group_around_this_one_counts_without_its_file_cache(tmp_path, version):
    write_group(tmp_path, version, limit=1_500_000, used=900_000, cached=300_000)
    assert available_bytes(tmp_path) == 900_000


@pytest.mark.parametrize(("version", "limit"), [(1, 9223372036854771712), (2, "max")])
def test_group_without_a_limit_leaves_what_the_machine_has(tmp_path, version, limit):
    write_group(tmp_path, version, limit=limit, used=900_000, cached=300_000)
    assert available_bytes(tmp_path) > 1e8


def test_populations_and_workers_are_as_many_as_fit(config, monkeypatch):
    configs = [config(f"training.seed={seed}") for seed in range(10)]
    size = estimate(configs[0])
    monkeypatch.setattr(memory, "available_bytes", lambda: 12 * size)
    workers, fitting = share_memory(estimate_sizes(configs), 2)
    assert (workers, fitting) == (2, [3] * 10)
    populations = group_into_populations(configs, 100, fitting)
    assert [len(population.members) for population in populations] == [2, 3, 2, 3]


def test_network_that_fits_only_alone_gets_all_workers_memory(config, monkeypatch):
    small, large = config("model.hidden_units=[16]"), config("model.hidden_units=[900,900]")
    monkeypatch.setattr(memory, "available_bytes", lambda: 3 * estimate(large))
    workers, fitting = share_memory(estimate_sizes([small, large]), 2)
    assert workers == 1
    assert fitting[1] == 1
    assert fitting[0] > 1


@pytest.mark.parametrize("name", ["prod", "xor", "quadrants"])
def test_shape_of_functions_is_that_of_their_data_without_sampling_it(config, name):
    run = config(f"dataset={name}", "training.validation_points=70")
    data = load_data(run)
    points = (len(data.x), len(data.x_val), len(data.x_test))
    assert shape_of(run) == Shape(*points, data.n_inputs, data.n_outputs)


def test_run_is_refused_only_if_it_needs_more_than_there_is(config, monkeypatch):
    run = config("model.hidden_units=[4000,4000]")
    needed = PROCESS_BYTES + estimate(run)
    monkeypatch.setattr(memory, "available_bytes", lambda: needed)
    check_memory(run)
    monkeypatch.setattr(memory, "available_bytes", lambda: needed - 1)
    with pytest.raises(ConfigError, match=r"^model.hidden_units=\[4000, 4000\]: the run needs"):
        check_memory(run)


GB = 1_000_000_000


@pytest.mark.parametrize(
    ("sizes", "at_once", "batches"),
    [
        ([GB] * 5, 2, [5]),  # two processes fit, however many follow
        ([GB] * 5, 4, [2, 2, 1]),
        ([GB] * 5, 1, [5]),
        ([0, 0, 3 * GB, 0, 0], 2, [2, 1, 2]),  # the large one has the memory for itself
        ([9 * GB, 9 * GB], 2, [1, 1]),
    ],
)
def test_processes_are_batched_so_that_those_at_once_fit(monkeypatch, sizes, at_once, batches):
    monkeypatch.setattr(memory, "available_bytes", lambda: 2 * (PROCESS_BYTES + GB))
    assert batch_processes(sizes, at_once) == batches


def test_launchers_train_only_as_many_runs_at_once_as_fit(config, monkeypatch, caplog):
    joblib_launcher = pytest.importorskip("hydra_plugins.hydra_joblib_launcher.joblib_launcher")
    caplog.set_level("INFO", "fcnn")
    jobs = [Job(config(f"training.seed={seed}"), "", "") for seed in range(5)]
    size = estimate(jobs[0].config)
    monkeypatch.setattr(memory, "available_bytes", lambda: 2 * (PROCESS_BYTES + size))
    for n_jobs, lengths in ((2, [5]), (3, [2, 2, 1])):
        launcher = joblib_launcher.JoblibLauncher(n_jobs=n_jobs)
        assert list(map(len, foreign_launcher._batch(launcher, jobs))) == lengths
    told = "memory is too small for 3 runs at once; JoblibLauncher trains up to 2"
    assert caplog.messages == [told]
    with pytest.raises(ConfigError, match=r"^hydra.launcher.n_jobs=0: should be"):
        foreign_launcher.check_options(joblib_launcher.JoblibLauncher(n_jobs=0))
