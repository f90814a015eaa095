"""Hydra's own composing is the judge."""

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import OmegaConf

from fcnn.config.hydra_internals import BasicSweeper
from fcnn.config.loader import CachingConfigLoader
from fcnn.config.locations import conf_dir

STUDIES = sorted(path.stem for path in (conf_dir() / "study").glob("*.yaml"))


@pytest.fixture
def loader(hydra_restore_singletons):
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        yield GlobalHydra.instance().config_loader()


def described(node):
    """A config's text, and what its text does not say: flags and types of every node."""
    found = [(OmegaConf.to_yaml(node), OmegaConf.is_readonly(node), OmegaConf.is_struct(node))]

    def walk(one, path):
        found.append(
            (
                path,
                type(one).__name__,
                one._metadata.flags,
                one._metadata.ref_type,
                one._metadata.optional,
            )
        )
        if isinstance(getattr(one, "_content", None), dict):
            for key, child in one._content.items():
                walk(child, f"{path}.{key}")

    walk(node, "")
    return found


def assert_as_hydra_does(loader, master_overrides, jobs):
    master = loader.load_configuration("train", master_overrides, run_mode=RunMode.MULTIRUN)
    composer = CachingConfigLoader(loader)
    for job in jobs:
        assert described(composer.load_sweep_config(master, job)) == described(
            loader.load_sweep_config(master, job)
        )


@pytest.mark.parametrize("study", STUDIES)
def test_jobs_of_every_study_are_what_hydra_composes(loader, study):
    master = loader.load_configuration("train", [f"study={study}"], run_mode=RunMode.MULTIRUN)
    lines = [
        f"{key}={value}"
        for key, value in master.hydra.sweeper.params.items()
        if key != "training.seed"
    ]
    parsed = OverridesParser.create().parse_overrides(
        [*lines, "training.seed=0", f"study={study}", "tracking.parent_run_id=abc"]
    )
    (jobs,) = BasicSweeper.split_arguments(parsed, max_batch_size=None)
    assert_as_hydra_does(loader, [f"study={study}"], jobs[:: 1 + len(jobs) // 4])


@pytest.mark.parametrize(
    "pair",
    [
        (["+model.extra=1", "training.seed=0"], ["+model.extra=2", "training.seed=1"]),
        (["++model.activation=relu"], ["++model.activation=tanh"]),
        (
            ["~training.validation_points", "training.seed=0"],
            ["~training.validation_points", "training.seed=1"],
        ),
        (["optimizer=sgd", "optimizer.momentum=0.5"], ["optimizer=adam", "optimizer.beta_1=0.5"]),
        (["model={activation:relu}"], ["model={hidden_units:[3]}"]),
        (["model.hidden_units=[1]"], ["model.hidden_units=[2,3]"]),
        (["model.hidden_units=5"], ["model.hidden_units=[5]"]),
        (["training.seed=${training.epochs}"], ["training.seed=7"]),
        (["study.description='a, b=c'"], ["study.description=null"]),
        (["training.seed=1", "training.seed=2"], ["training.seed=3", "training.seed=4"]),
        (["hydra.job.name=a", "training.seed=0"], ["hydra.job.name=b", "training.seed=1"]),
        (
            ["hydra/job_logging=none", "training.seed=0"],
            ["hydra/job_logging=none", "training.seed=1"],
        ),
        (["tracking.uri='${oc.env:HOME}'"], ["tracking.uri='${hydra:job.num}'"]),
    ],
    ids=lambda pair: pair[0][0],
)
def test_any_kind_of_override_means_what_it_means_to_hydra(loader, pair):
    assert_as_hydra_does(loader, [], [*pair, pair[0]])


def test_key_that_is_not_there_is_refused_as_hydra_does(loader):
    master = loader.load_configuration("train", [], run_mode=RunMode.MULTIRUN)
    composer = CachingConfigLoader(loader)
    with pytest.raises(HydraException, match="trainig"):
        composer.load_sweep_config(master, ["trainig.seed=0"])
