"""Train grids of small fully connected networks, and see what their hyperparameters do.

Example:
    >>> import fcnn
    >>> study = fcnn.Study("size", {"model.hidden_units": [[4], [16]]}, seeds=3)
    >>> study.run()
    >>> study.ranking()

`fcnn.load` opens a study that exists already. Errors are those of `fcnn.errors`, all of them
`fcnn.FcnnError`. Names are imported when they are first used, because TensorFlow and MLflow take
seconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fcnn.api.loading import load
    from fcnn.api.study import Study
    from fcnn.api.trained import TrainedNetwork
    from fcnn.errors import (
        ConfigError,
        DiskFullError,
        FailedRunsError,
        FcnnError,
        StoreError,
        StoreRejectedError,
        StoreUnavailableError,
    )

__version__ = "0.2.0"
__all__ = [
    "ConfigError",
    "DiskFullError",
    "FailedRunsError",
    "FcnnError",
    "StoreError",
    "StoreRejectedError",
    "StoreUnavailableError",
    "Study",
    "TrainedNetwork",
    "__version__",
    "load",
]

_MODULE_OF_NAME = {
    "ConfigError": "fcnn.errors",
    "DiskFullError": "fcnn.errors",
    "FailedRunsError": "fcnn.errors",
    "FcnnError": "fcnn.errors",
    "StoreError": "fcnn.errors",
    "StoreRejectedError": "fcnn.errors",
    "StoreUnavailableError": "fcnn.errors",
    "Study": "fcnn.api.study",
    "TrainedNetwork": "fcnn.api.trained",
    "load": "fcnn.api.loading",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF_NAME:
        raise AttributeError(f"module 'fcnn' has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF_NAME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
