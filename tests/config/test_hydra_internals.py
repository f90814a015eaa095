"""Notices when Hydra changes the private API that the package uses."""

import subprocess
import sys

from hydra.core.override_parser.overrides_parser import OverridesParser

from fcnn.config.hydra_internals import get_args_parser, get_overrides_dirname

LIST_PLUGINS = """
import sys, fcnn.config.command_line, fcnn.config.loader
print([name for name in sys.modules if name.startswith("hydra._internal.core_plugins.")])
"""


def test_config_imports_no_plugin_before_hydra_looks_for_them():
    result = subprocess.run(
        [sys.executable, "-c", LIST_PLUGINS], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def test_flags_are_told_from_overrides():
    _, unknown = get_args_parser().parse_known_args(["a=1", "-m", "--cfg", "job", "--epochs"])
    assert unknown == ["--epochs"]


def test_override_dirname_leaves_out_excluded_keys():
    overrides = OverridesParser.create().parse_overrides(["b=1", "a=2", "c=3"])
    assert get_overrides_dirname(overrides, ["c"], ",", "=") == "a=2,b=1"
