"""Notices when Hydra changes the private API that the package uses."""

import subprocess
import sys

from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode

from fcnn.config.hydra_internals import (
    ConfigLoaderImpl,
    create_config_search_path,
    get_args_parser,
    get_overrides_dirname,
)

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


def test_a_config_loader_composes_without_hydras_global_state(tmp_path):
    (tmp_path / "app.yaml").write_text("answer: 42\n")
    loader = ConfigLoaderImpl(config_search_path=create_config_search_path(str(tmp_path)))
    app = GlobalHydra.instance().hydra
    assert loader.load_configuration("app", [], RunMode.RUN).answer == 42
    assert GlobalHydra.instance().hydra is app
