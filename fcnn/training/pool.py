"""Threads that train populations, so that recording their results costs no training time."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from queue import SimpleQueue
from threading import Event

from fcnn.config.schema import Config
from fcnn.data import Data, load_data
from fcnn.libraries.base import Chunk, load_library
from fcnn.training.populations import Population


@dataclass
class TrainingUpdate:
    """What population `number` has given since its last update.

    `chunks` are its new epochs; `is_final` says whether its training has ended, by an `error` or
    as it should.
    """

    number: int
    chunks: list[Chunk] = field(default_factory=list)
    is_final: bool = False
    error: Exception | None = None


class TrainingPool:
    """Trains populations in `workers` threads; iterating gives updates until all have ended.

    The libraries have to be loaded before, because importing is no work for a thread.
    """

    def __init__(self, populations: Sequence[Population], workers: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="train")
        self._queue: SimpleQueue[TrainingUpdate] = SimpleQueue()
        self._merged: dict[int, TrainingUpdate] = {}
        self._stopping = Event()
        self._unstarted = enumerate(populations)
        self._n_running = len(populations)
        self._workers = workers

    def __iter__(self) -> Iterator[TrainingUpdate]:
        # One more than can train, so that no thread waits while the runs of another are recorded.
        self._start(self._workers + 1)
        while self._n_running:
            update = self._next_update()
            if update.is_final:
                self._n_running -= 1
            yield update
            if update.is_final:
                self._start(1)

    def stop(self) -> list[TrainingUpdate]:
        """End all training after the epochs that are being computed, and give the last updates."""
        self._stopping.set()
        self._executor.shutdown(cancel_futures=True)
        self._merge_queued()
        return list(self._merged.values())

    def _next_update(self) -> TrainingUpdate:
        """Wait for an update of any population, with all that has followed from the same one."""
        if not self._merged:
            self._merge(self._queue.get())
        self._merge_queued()
        return self._merged.pop(next(iter(self._merged)))

    def _start(self, count: int) -> None:
        for number, population in islice(self._unstarted, count):
            self._executor.submit(self._train, number, population)

    def _merge_queued(self) -> None:
        while not self._queue.empty():
            self._merge(self._queue.get())

    def _merge(self, update: TrainingUpdate) -> None:
        merged = self._merged.setdefault(update.number, TrainingUpdate(update.number))
        merged.chunks += update.chunks
        merged.is_final = update.is_final
        merged.error = update.error

    def _train(self, number: int, population: Population) -> None:
        error: Exception | None = None
        self._queue.put(TrainingUpdate(number))  # its runs open now
        try:
            configs = population.configs
            data = _load_each(configs)
            library = load_library(configs[0].library)
            for chunk in library.train(configs, data, population.checkpoint_epochs):
                self._queue.put(TrainingUpdate(number, [chunk]))
                if self._stopping.is_set():
                    return
        except Exception as caught:
            error = caught
        self._queue.put(TrainingUpdate(number, is_final=True, error=error))


def _load_each(configs: Sequence[Config]) -> list[Data]:
    """Load the data of each config: the same object for the same data, whatever is cached."""
    keys = [(config.dataset, config.training.validation_points) for config in configs]
    data = {key: load_data(config) for key, config in dict(zip(keys, configs, strict=True)).items()}
    return [data[key] for key in keys]
