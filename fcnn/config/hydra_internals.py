"""Hydra's private API that composing and checking need; Hydra may change it in any release.

Nothing public does the same:

- `get_overrides_dirname` computes `hydra.job.override_dirname` from parsed overrides.
- `get_args_parser` knows which flags exist; Hydra itself answers others with its whole usage.

`tests/config/test_hydra_internals.py` notices when one of them changes. Hydra's own sweeper and
launcher must not be imported here: Hydra executes the modules of all plugins when it looks for
them, and a class that was imported before no longer fits `super(BasicSweeper, self)`.
"""

from hydra._internal.config_loader_impl import get_overrides_dirname
from hydra._internal.utils import get_args_parser

__all__ = ["get_args_parser", "get_overrides_dirname"]
