"""How much memory runs take, estimated from their shapes, and how much there is."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import pairwise
from pathlib import Path

from fcnn.config.schema import Config, SyntheticDataset
from fcnn.data import load_data
from fcnn.errors import ConfigError
from fcnn.libraries.stacked.layout import padded
from fcnn.quantities import format_bytes
from fcnn.targets import TARGET_FUNCTIONS, Task, task_of

FLOAT_BYTES = 4
PROCESS_BYTES = 400_000_000
"""What MLflow and a library take at least, before any network."""
SMALL_BYTES = 50_000_000
"""What fits everywhere."""
# Measured: the peaks of all libraries lie below.
COPIES_OF_WEIGHTS, COPIES_PER_SLOT, COPIES_OF_POINTS = 11, 2, 4
COPIES_OF_ACTIVATIONS = 3
INDEX_BYTES = 32
"""Of a training point, for the order of an epoch and while it is drawn."""
N_SLOTS = {"sgd": 1, "adagrad": 1, "lion": 1, "rmsprop": 3}
"""Arrays of the size of the weights that an optimizer keeps; 2 for all others."""
TRAINING_SHARE = 0.5
"""Of the memory that there is: the first program takes 100 MB beside its networks, the allocator
keeps much of what is freed, and networks are recorded while the next train."""
UNLIMITED = 2**60
"""Limits of control groups from here on are none."""


@dataclass(frozen=True)
class Shape:
    """Numbers of training, validation and test points of a data set, and of its columns."""

    n_points: int
    n_val: int
    n_test: int
    n_inputs: int
    n_outputs: int


def shape_of(config: Config) -> Shape:
    """Return the shape of the data of a config; that of functions without sampling them.

    Raises:
        ConfigError: Its table cannot be used.
    """
    if isinstance(config.dataset, SyntheticDataset):
        n_classes = TARGET_FUNCTIONS[config.dataset.name].n_classes
        n_outputs = n_classes if task_of(n_classes) is Task.MULTICLASS else 1
        n_val = config.training.validation_points
        return Shape(config.dataset.n_points, n_val, n_val, 2, n_outputs)
    data = load_data(config)
    n_test = 0 if data.x_test is None else len(data.x_test)
    return Shape(len(data.x), len(data.x_val), n_test, data.n_inputs, data.n_outputs)


def estimate_parts(config: Config, shape: Shape) -> dict[str, int]:
    """Estimate what the training of one network takes, in bytes, by the key that decides it.

    Of a population, each network takes as much again.
    """
    dataset, training = config.dataset, config.training
    is_synthetic = isinstance(dataset, SyntheticDataset)
    points = f"dataset.n_points={shape.n_points}" if is_synthetic else f"dataset={dataset.name}"
    others = f"training.validation_points={training.validation_points}"
    bytes_per_point = FLOAT_BYTES * COPIES_OF_POINTS * (shape.n_inputs + shape.n_outputs)
    widths = (shape.n_inputs, *map(padded, config.model.hidden_units), shape.n_outputs)
    n_weights = sum((n_in + 1) * n_out for n_in, n_out in pairwise(widths))
    copies = COPIES_OF_WEIGHTS + COPIES_PER_SLOT * N_SLOTS.get(config.optimizer.name, 2)
    activation_bytes = FLOAT_BYTES * COPIES_OF_ACTIVATIONS
    n_rows = min(training.batch_size, shape.n_points)
    parts = Counter({points: shape.n_points * (bytes_per_point + INDEX_BYTES)})
    parts[others if is_synthetic else points] += (
        shape.n_val + shape.n_test
    ) * bytes_per_point + activation_bytes * max(widths) * max(shape.n_val, shape.n_test)
    parts[f"model.hidden_units={list(config.model.hidden_units)}"] = (
        FLOAT_BYTES * copies * n_weights
    )
    parts[f"training.batch_size={n_rows}"] = activation_bytes * n_rows * sum(widths)
    return dict(parts)


def check_memory(config: Config) -> None:
    """Refuse a run that needs more memory than there is.

    Raises:
        ConfigError: It does; the message names the key that asks for most, and both sizes.
    """
    parts = estimate_parts(config, shape_of(config))
    if sum(parts.values()) < SMALL_BYTES:
        return  # looking takes 2 ms, and a grid may have thousands of runs
    needed, available = PROCESS_BYTES + sum(parts.values()), available_bytes()
    if needed > available:
        raise ConfigError(
            f"{max(parts, key=lambda key: parts[key])}: the run needs about "
            f"{format_bytes(needed)} of memory, and {format_bytes(available)} are available"
        )


def estimate_sizes(configs: Sequence[Config]) -> list[int]:
    """Estimate what the training of each config takes, in bytes, beside what its process takes."""
    shapes: dict[Hashable, Shape] = {}
    sizes = []
    for config in configs:
        # Of a table the parts are about equal whatever the seed; loading it takes long.
        key = (replace(config.dataset, seed=0), config.training.validation_points)
        try:
            shape = shapes[key] = shapes.get(key) or shape_of(config)
        except ConfigError:  # its table is gone, of which its own run is told
            sizes.append(1)
        else:
            sizes.append(sum(estimate_parts(config, shape).values()))
    return sizes


def share_memory(sizes: Sequence[int], workers: int) -> tuple[int, list[int]]:
    """Share the memory that there is among workers.

    Args:
        sizes: What each network to be trained takes.
        workers: How many may train at once.

    Returns:
        How many workers may, at least 1, and how many networks like each of these a worker may
        train together, at least 1.
    """
    available = int(TRAINING_SHARE * available_bytes())
    workers = max(1, min(workers, available // max(sizes)))
    return workers, count_fitting(sizes, available // workers)


def count_fitting(sizes: Sequence[int], n_bytes: int) -> list[int]:
    """Return how many networks of each of these sizes fit into memory together, at least 1."""
    return [max(1, n_bytes // size) for size in sizes]


def batch_processes(sizes: Sequence[int], at_once: int) -> list[int]:
    """Batch networks, each with a process of its own, so that those trained at once fit.

    Args:
        sizes: What each network takes.
        at_once: How many processes train at the same time.

    Returns:
        How many consecutive networks each batch has: all, if they fit.
    """
    available = available_bytes()
    batches: list[int] = []
    largest: list[int] = []
    for size in sizes:
        largest = nlargest(at_once, [*largest, PROCESS_BYTES + size])
        if not batches or sum(largest) > available:
            batches.append(0)
            largest = [PROCESS_BYTES + size]
        batches[-1] += 1
    return batches


def available_bytes(root: Path = Path("/")) -> int:
    """Return how much memory a process may still take, of the machine and of its control groups.

    Args:
        root: Where `proc` and `sys` are.
    """
    import psutil  # few runs are so large that it matters

    machine = psutil.virtual_memory().available + psutil.swap_memory().free
    groups = _control_groups(root)
    free: list[int] = [machine, *(n for group in groups for n in _free_bytes(group))]
    return max(0, min(free))


def _control_groups(root: Path) -> list[Path]:
    """List the folders of this process's control groups of memory, and of those around them."""
    path = root / "proc" / "self" / "cgroup"
    groups: list[Path] = []
    for line in path.read_text().splitlines() if path.exists() else []:
        _, controllers, name = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        mount = root / "sys" / "fs" / "cgroup" / controllers
        # Seen from within a container, its own group is the mount.
        group = mount / name.lstrip("/")
        groups += [group, *(parent for parent in group.parents if parent.is_relative_to(mount))]
    return groups


def _free_bytes(group: Path) -> Iterator[int]:
    """Yield what is free below the limit of a control group, if it has any; version 2, then 1.

    What only caches files does not count as used.
    """
    for limit_file, usage_file, cache in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        try:
            limit = (group / limit_file).read_text().strip()
            used = int((group / usage_file).read_text())
            fields = dict(map(str.split, (group / "memory.stat").read_text().splitlines()))
        except OSError:
            continue
        if limit != "max" and int(limit) < UNLIMITED:
            yield int(limit) - used + int(fields.get(cache, 0))
