"""The private API of Hydra's Optuna sweeper that the search needs.

Only its sweeper knows how an override (`interval(0.1,1)`, `choice(2,4)`) becomes a distribution
of Optuna's. `tests/test_hydra_internals.py` notices when this changes.
"""

from hydra_plugins.hydra_optuna_sweeper._impl import (
    create_optuna_distribution_from_override as make_distribution,
)

__all__ = ["make_distribution"]
