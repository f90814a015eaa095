"""Which runs are trained together: those that need the same program, and those of which one is the beginning of another."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from fcnn.config.schema import Config
from fcnn.libraries.stacking import padded


@dataclass(frozen=True)
class Population:
    """Networks of equal shape trained as one stacked network.

    `members` are P configs that need the same program: equal but for seeds, learning rates, initialisers and sizes that are
    filled up to the same widths. `runs` are the runs that they serve: number in the given grid and member. Several runs share a
    member where they differ in nothing but `training.epochs`; `stops` are the last epochs of all runs.
    """

    members: list[Config]
    runs: list[tuple[int, int]]
    stops: frozenset[int]


def populations(configs: Sequence[Config], max_population: int) -> list[Population]:
    """Groups a grid into as few populations of at most `max_population` members as its shapes allow, in the grid's order."""
    curves: dict[Hashable, list[int]] = defaultdict(list)
    for number, config in enumerate(configs):
        curves[_curve(config)].append(number)
    shapes: dict[Hashable, list[list[int]]] = defaultdict(list)
    for curve, numbers in curves.items():
        longest = max(numbers, key=lambda number: configs[number].training.epochs)
        stackable = configs[longest].library == "keras"
        shapes[(_shape(configs[longest]) if stackable else curve)].append(
            [longest, *(one for one in numbers if one != longest)]
        )
    parts = [part for alike in shapes.values() for part in _split(alike, max_population)]
    return [
        Population(
            members=[configs[numbers[0]] for numbers in part],
            runs=sorted(
                (number, member) for member, numbers in enumerate(part) for number in numbers
            ),
            stops=frozenset(
                configs[number].training.epochs for numbers in part for number in numbers
            ),
        )
        for part in parts
    ]


def _split(alike: list[list[int]], most: int) -> list[list[list[int]]]:
    """Parts of at most `most` members, as equal as can be, because each size is a program of its own."""
    n_parts = math.ceil(len(alike) / most)
    return [
        alike[len(alike) * part // n_parts : len(alike) * (part + 1) // n_parts]
        for part in range(n_parts)
    ]


def _curve(config: Config) -> Hashable:
    """All that decides a curve but its length."""
    return (
        config.library,
        config.dataset,
        config.model,
        config.optimizer,
        replace(config.training, epochs=1),
    )


def _shape(config: Config) -> Hashable:
    """All that decides a program, and how many epochs it runs."""
    training = replace(config.training, seed=0)
    units = tuple(map(padded, config.model.hidden_units))
    return (
        config.dataset,
        units,
        config.model.activation,
        replace(config.optimizer, learning_rate=1.0),
        training,
    )
