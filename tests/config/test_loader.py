"""What Hydra's own loader composes is the reference."""

import pytest
from hydra import initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import OmegaConf

from fcnn.config.loader import CachingConfigLoader
from fcnn.config.locations import conf_dir

STUDIES = sorted(path.stem for path in (conf_dir() / "study").glob("*.yaml"))


@pytest.fixture
def loader(hydra_restore_singletons):
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        yield GlobalHydra.instance().config_loader()


def describe(cfg):
    """Return a config's text, and what its text does not show: flags and types of every node."""
    nodes = [(OmegaConf.to_yaml(cfg), OmegaConf.is_readonly(cfg), OmegaConf.is_struct(cfg))]

    def visit(node, path):
        metadata = node._metadata
        kind = type(node).__name__
        nodes.append((path, kind, metadata.flags, metadata.ref_type, metadata.optional))
        if isinstance(getattr(node, "_content", None), dict):
            for key, child in node._content.items():
                visit(child, f"{path}.{key}")

    visit(cfg, "")
    return nodes


def assert_same_as_hydra(loader, master_overrides, jobs):
    master = loader.load_configuration("train", master_overrides, run_mode=RunMode.MULTIRUN)
    caching_loader = CachingConfigLoader(loader)
    for job in jobs:
        cached = caching_loader.load_sweep_config(master, job)
        expected = loader.load_sweep_config(master, job)
        if expected.study.claims:  # they are the sweep's
            expected.study.claims = []
        assert describe(cached) == describe(expected)


@pytest.mark.parametrize("study", STUDIES)
def test_jobs_of_every_study_equal_those_of_hydra(loader, study):
    master = loader.load_configuration("train", [f"study={study}"], run_mode=RunMode.MULTIRUN)
    axes = dict(master.hydra.sweeper.params) | {"training.seed": 0}
    lines = [f"{key}={values}" for key, values in axes.items()]
    parsed = OverridesParser.create().parse_overrides(
        [*lines, f"study={study}", "tracking.parent_run_id=abc"]
    )
    (jobs,) = BasicSweeper.split_arguments(parsed, max_batch_size=None)
    assert_same_as_hydra(loader, [f"study={study}"], jobs[:: 1 + len(jobs) // 4])


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
def test_every_kind_of_override_has_the_effect_that_it_has_in_hydra(loader, pair):
    assert_same_as_hydra(loader, [], [*pair, pair[0]])


def test_unknown_key_raises_the_error_of_hydra(loader):
    master = loader.load_configuration("train", [], run_mode=RunMode.MULTIRUN)
    caching_loader = CachingConfigLoader(loader)
    with pytest.raises(HydraException, match="trainig"):
        caching_loader.load_sweep_config(master, ["trainig.seed=0"])
