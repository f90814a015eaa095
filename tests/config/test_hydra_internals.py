"""Notices when Hydra changes the private API that the package uses."""

from hydra.core.override_parser.overrides_parser import OverridesParser

from fcnn.config.hydra_internals import (
    get_args_parser,
    get_overrides_dirname,
)


def test_flags_are_told_from_overrides():
    _, unknown = get_args_parser().parse_known_args(["a=1", "-m", "--cfg", "job", "--epochs"])
    assert unknown == ["--epochs"]


def test_override_dirname_leaves_out_excluded_keys():
    overrides = OverridesParser.create().parse_overrides(["b=1", "a=2", "c=3"])
    assert get_overrides_dirname(overrides, ["c"], ",", "=") == "a=2,b=1"
