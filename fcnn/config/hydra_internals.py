"""Hydra's private API, gathered here because Hydra may change it in any release.

Nothing public does the same:

- `get_overrides_dirname` computes `hydra.job.override_dirname` from parsed overrides.
- `ConfigLoaderImpl` composes without the global state of `initialize` and `compose`, over the
  search path that `create_config_search_path` makes with all installed plugins.
- `get_args_parser` knows which flags exist; Hydra itself answers others with its whole usage.

What the plugins need is in `hydra_plugins/_hydra.py`: Hydra executes its own plugins once more when
it looks for plugins, so no module that is imported earlier may hold one of their classes.
`tests/config/test_hydra_internals.py` notices when one of these changes.
"""

from hydra._internal.config_loader_impl import ConfigLoaderImpl, get_overrides_dirname
from hydra._internal.utils import create_config_search_path, get_args_parser

__all__ = [
    "ConfigLoaderImpl",
    "create_config_search_path",
    "get_args_parser",
    "get_overrides_dirname",
]
