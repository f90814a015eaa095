"""Which runs train together: those of one program, and those that are another's first epochs."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fcnn.config.declarations import structure_of
from fcnn.config.schema import Config, Dataset
from fcnn.config.tables import TableDataset
from fcnn.libraries.stacked.layout import padded


@dataclass(frozen=True)
class Member:
    """One network of a population, and the runs that it serves.

    `run_indices` are places in the grid. Several runs share a member where they differ in nothing
    but `training.epochs`; `config` is the longest of them.
    """

    config: Config
    run_indices: tuple[int, ...]


@dataclass(frozen=True)
class Population:
    """Configs of equal shape, trained as one stack of networks.

    They differ in nothing but what `fcnn.config.declarations` calls numbers of a member: seeds,
    those of their data, numbers of the optimizer, and sizes that are padded to the same widths.
    `checkpoint_epochs` are the last epochs of all runs.
    """

    members: tuple[Member, ...]
    checkpoint_epochs: frozenset[int]

    @property
    def configs(self) -> list[Config]:
        """The config of each member."""
        return [member.config for member in self.members]

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Place in the grid and place of the member, for each run in the grid's order."""
        return sorted(
            (run_index, place)
            for place, member in enumerate(self.members)
            for run_index in member.run_indices
        )


WIDE = 256
"""Units of a layer from which on stacking networks saves nothing: computing takes all the time."""


def group_into_populations(
    configs: Sequence[Config],
    max_population: int,
    fitting: Sequence[int] = (),
    *,
    workers: int = 1,
) -> list[Population]:
    """Group a grid into as few populations as its shapes and the memory allow, in its order.

    Wide networks are spread over all workers, because one population trains on one core.

    Args:
        configs: The grid.
        max_population: Members of a population at most.
        fitting: How many networks like each config fit into memory; without it any number.
        workers: Populations that train at the same time.
    """
    groups: dict[Hashable, list[Member]] = defaultdict(list)
    for curve, member in _find_members(configs).items():
        is_stackable = member.config.library == "keras"
        groups[_program_key(member.config) if is_stackable else curve].append(member)
    return [
        _make_population(part, configs)
        for group in groups.values()
        for part in _split(group, min([max_population, *_select(fitting, group)]), workers)
    ]


def _find_members(configs: Sequence[Config]) -> dict[Hashable, Member]:
    """The networks that serve a grid, by what decides their curves."""
    indices: dict[Hashable, list[int]] = defaultdict(list)
    for index, config in enumerate(configs):
        indices[_curve_key(config)].append(index)
    members = {}
    for curve, run_indices in indices.items():
        longest = max(run_indices, key=lambda index: configs[index].training.epochs)
        members[curve] = Member(configs[longest], tuple(run_indices))
    return members


def _select(fitting: Sequence[int], members: Sequence[Member]) -> list[int]:
    """Return how many networks like each member fit into memory."""
    return [fitting[index] for member in members for index in member.run_indices if fitting]


def _make_population(members: Sequence[Member], configs: Sequence[Config]) -> Population:
    run_indices = [index for member in members for index in member.run_indices]
    checkpoint_epochs = frozenset(configs[index].training.epochs for index in run_indices)
    return Population(tuple(members), checkpoint_epochs)


def _split(members: Sequence[Member], max_population: int, workers: int) -> list[Sequence[Member]]:
    """Split into parts of sizes as equal as possible, because each size is a program of its own."""
    n_members = len(members)
    n_parts = math.ceil(n_members / max_population)
    if max(members[0].config.model.hidden_units) >= WIDE:
        n_parts = max(n_parts, min(n_members, workers))
    bounds = [n_members * part // n_parts for part in range(n_parts + 1)]
    return [members[start:stop] for start, stop in pairwise(bounds)]


def _curve_key(config: Config) -> Hashable:
    """All that decides a curve but its length, as far as a shorter run is a longer one's beginning.

    It is not with early stopping, which keeps the weights of the best epoch up to the last, nor
    with a schedule that ends with the last epoch.
    """
    stops_early = config.training.early_stopping.patience is not None
    depends_on_epochs = stops_early or config.schedule.depends_on_epochs
    return (
        config.library,
        config.dataset,
        config.model,
        config.optimizer,
        config.schedule,
        config.training if depends_on_epochs else replace(config.training, epochs=1),
    )


def _program_key(config: Config) -> Hashable:
    """All that decides a compiled program, and for how many epochs it runs."""
    sections = (config.dataset, config.model, config.optimizer, config.training)
    structure = tuple(structure_of(section, padded) for section in sections)
    return (structure, config.schedule.is_scheduled, _split_key(config.dataset))


def _split_key(dataset: Dataset) -> int | None:
    """The seed of data whose parts differ in size from seed to seed, as those of groups do."""
    is_grouped = isinstance(dataset, TableDataset) and dataset.group is not None
    return dataset.seed if is_grouped else None
