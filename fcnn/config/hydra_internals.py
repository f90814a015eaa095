"""Hydra's private API, gathered here because Hydra may change it in any release.

Nothing public does the same:

- `BasicSweeper` splits overrides into jobs; its `sweep` is a loop that cannot be entered halfway.
- `BasicLauncher` runs jobs one after another, with Hydra's logs, folders and callbacks.
- `get_overrides_dirname` computes `hydra.job.override_dirname` from parsed overrides.
- `ConfigLoaderImpl` composes without the global state of `initialize` and `compose`, over the
  search path that `create_config_search_path` makes with all installed plugins.
- `get_args_parser` knows which flags exist; Hydra itself answers others with its whole usage.

`tests/config/test_hydra_internals.py` notices when one of them changes.
"""

from hydra._internal.config_loader_impl import ConfigLoaderImpl, get_overrides_dirname
from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra._internal.utils import create_config_search_path, get_args_parser

__all__ = [
    "BasicLauncher",
    "BasicSweeper",
    "ConfigLoaderImpl",
    "create_config_search_path",
    "get_args_parser",
    "get_overrides_dirname",
]
