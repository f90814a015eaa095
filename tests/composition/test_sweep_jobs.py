"""The jobs of a sweep are those that Hydra composes one by one."""

from dataclasses import replace

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import OmegaConf

from fcnn.composition.composing import create_config_loader
from fcnn.composition.grid import make_grid, parse_sweep
from fcnn.composition.sweep_jobs import JobComposer
from fcnn.config.locations import conf_dir
from fcnn.config.sections import Sections
from fcnn.config.yaml_text import format_yaml
from fcnn.errors import ConfigError
from fcnn.training.checks import parse_and_check
from fcnn.training.jobs import make_job

STUDIES = sorted(path.stem for path in (conf_dir() / "study").glob("*.yaml"))


@pytest.fixture(scope="module")
def loader():
    return create_config_loader()


def compose(loader, arguments):
    """Return some jobs of a sweep, and each of them as Hydra composes it alone."""
    master = loader.load_configuration("train", arguments, RunMode.MULTIRUN)
    lines = make_grid(parse_sweep(master, arguments, loader)).jobs
    sample = lines[:: 1 + len(lines) // 3]
    jobs = JobComposer(loader, master).make_jobs(sample)
    expected = []
    for line in sample:
        cfg = loader.load_sweep_config(master, line)
        job = make_job(Sections.of(cfg), parse_and_check(cfg), overrides=line)
        study = replace(job.config.study, claims=())  # they are the sweep's
        expected.append(replace(job, config=replace(job.config, study=study)))
    return jobs, expected


@pytest.mark.parametrize("study", STUDIES)
def test_jobs_of_every_study_are_those_of_hydra(loader, study):
    jobs, expected = compose(loader, [f"study={study}", "training.seed=0"])
    assert jobs == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["+dataset.extra=1,2"],
        ["++model.activation=relu,tanh"],
        ["~schedule", "training.seed=0,1"],
        ["optimizer=sgd,adam", "optimizer.learning_rate=0.5,0.25"],
        ["model={activation:relu},{activation:tanh}"],
        ["model.hidden_units=[1],[2,3],${study.claims}"],
        ["training.epochs=${training.batch_size},7"],
        ["training.seed=3", "dataset.seed=${training.epochs}"],
        ["dataset.seed=5", "training.seed=0,1"],
        ["training.early_stopping.patience=null,3", "training.early_stopping.min_delta=1e-3"],
        ["study.description='a: b \\${x} # c'", "study.name='yes'", "training.seed=0,1"],
        ["study.description='${training.seed} and'", "study.name='1'", "training.seed=0,1"],
        ["tracking.outbox='${oc.env:HOME}/${study.name}'", "study.name='ä b'"],
        ["hydra.job.name=a", "training.seed=0,1"],
        ["tracking=server", "training.seed=0,1"],
    ],
    ids=" ".join,
)
def test_jobs_of_every_kind_of_override_are_those_of_hydra(loader, arguments, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    try:
        jobs, expected = compose(loader, arguments)
    except ConfigError as error:
        jobs, expected = str(error), refuse_one_by_one(loader, arguments)
    assert jobs == expected


def refuse_one_by_one(loader, arguments):
    """Return what is said of the first job that cannot be trained."""
    master = loader.load_configuration("train", arguments, RunMode.MULTIRUN)
    for line in make_grid(parse_sweep(master, arguments, loader)).jobs:
        try:
            parse_and_check(loader.load_sweep_config(master, line))
        except ConfigError as error:
            return str(error)
    return ""


def test_a_wrong_value_is_refused_in_the_words_of_a_single_run(loader):
    master = loader.load_configuration("train", [], RunMode.MULTIRUN)
    composer = JobComposer(loader, master)
    with pytest.raises(
        ConfigError, match=r"^training.epochs=0: should be greater than or equal to 1$"
    ):
        composer.make_jobs([["training.epochs=1"], ["training.epochs=0"]])


@pytest.mark.parametrize(
    "section",
    [
        {},
        [],
        "text",
        {"a": {}, "b": [], "c": None, "d": True, "e": 1, "f": 1.0, "g": "1", "h": "true"},
        {"a": 1e-7, "b": float("inf"), "c": "x: y", "d": "- z", "e": "", "f": " ", "g": "'"},
        {"a": [[1, 2], ["x"]], "b": {"c": {"d": [1]}}, "e": [{"f": 1}]},
        {"a": "word " * 30, "b": {"c": "word " * 30}},
        {"a": "line\nbreak\n", "b": {"c": "line\n  break"}},
        {"a" * 70: 1, "b": "x" * 100, "c": "ä\t", "d": "\\${x}", "e": "2020-01-01"},
    ],
)
def test_sections_are_formatted_as_by_omegaconf(section):
    sections = {"first": 1, "section": section, "again": section}
    assert format_yaml(sections) == OmegaConf.to_yaml(OmegaConf.create(sections))


def test_what_a_later_line_replaces_is_no_axis_and_may_be_a_range():
    lines = ["a=interval(0,1)", "b=1,2", "c=1,2", "a=3,4", "b=5"]
    grid = make_grid(OverridesParser.create().parse_overrides(lines))
    assert grid.jobs == [[f"a={a}", "b=5", f"c={c}"] for a in (3, 4) for c in (1, 2)]
    assert grid.swept_keys == ["a", "c"]
