"""Notices when Hydra changes the private API that the package uses."""

import inspect

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.plugins.launcher import Launcher
from hydra.plugins.sweeper import Sweeper

from fcnn.config.hydra_internals import (
    BasicLauncher,
    BasicSweeper,
    get_args_parser,
    get_overrides_dirname,
)


def test_basic_sweeper_splits_overrides_into_jobs():
    overrides = OverridesParser.create().parse_overrides(["a=1,2", "b=x"])
    assert BasicSweeper.split_arguments(overrides, max_batch_size=None) == [
        [["a=1", "b=x"], ["a=2", "b=x"]]
    ]


def test_basic_sweeper_reads_axes_from_its_params():
    assert issubclass(BasicSweeper, Sweeper)
    sweeper = BasicSweeper(max_batch_size=None, params={"a": "1,2"})
    assert sweeper._parse_config() == ["a=1,2"]


def test_basic_launcher_takes_overrides_and_the_first_number():
    assert issubclass(BasicLauncher, Launcher)
    parameters = inspect.signature(BasicLauncher.launch).parameters
    assert list(parameters) == ["self", "job_overrides", "initial_job_idx"]


def test_flags_are_told_from_overrides():
    _, unknown = get_args_parser().parse_known_args(["a=1", "-m", "--cfg", "job", "--epochs"])
    assert unknown == ["--epochs"]


def test_override_dirname_leaves_out_excluded_keys():
    overrides = OverridesParser.create().parse_overrides(["b=1", "a=2", "c=3"])
    assert get_overrides_dirname(overrides, ["c"], ",", "=") == "a=2,b=1"
