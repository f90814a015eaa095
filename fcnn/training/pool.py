"""Trains populations in threads of their own, so that recording what they give costs no training time."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from queue import SimpleQueue
from threading import Event

from fcnn.data import load_data
from fcnn.libraries.base import Chunk, load_library
from fcnn.training.populations import Population


@dataclass
class TrainingUpdate:
    """What population `number` has given since it was last heard of: chunks, and whether it ended, by an error or as it should."""

    number: int
    chunks: list[Chunk] = field(default_factory=list)
    ended: bool = False
    error: Exception | None = None


class TrainingPool:
    """Trains populations in `workers` threads; iterating gives news of them until all have ended.

    What the threads need of `fcnn.libraries` is loaded before, because importing is no work for a thread.
    """

    def __init__(self, populations: Sequence[Population], workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="train")
        self._queue: SimpleQueue[TrainingUpdate] = SimpleQueue()
        self._heard: dict[int, TrainingUpdate] = {}
        self._stopping = Event()
        self._waiting, self._left = enumerate(populations), len(populations)
        self._workers = workers

    def __iter__(self) -> Iterator[TrainingUpdate]:
        # One more than can train, so that no thread waits while the runs of another are completed.
        self._start(self._workers + 1)
        while self._left:
            news = self._news()
            if news.ended:
                self._left -= 1
            yield news
            if news.ended:
                self._start(1)

    def _news(self) -> TrainingUpdate:
        """Waits for news of any population; what has come of the same one since is part of it."""
        if not self._heard:
            self._take()
        while not self._queue.empty():
            self._take()
        return self._heard.pop(next(iter(self._heard)))

    def stop(self) -> list[TrainingUpdate]:
        """Ends all training after the epochs that are being computed, and gives the last news."""
        self._stopping.set()
        self._pool.shutdown(cancel_futures=True)
        while not self._queue.empty():
            self._take()
        return list(self._heard.values())

    def _start(self, count: int) -> None:
        for number, population in islice(self._waiting, count):
            self._pool.submit(self._train, number, population)

    def _take(self) -> None:
        news = self._queue.get()
        heard = self._heard.setdefault(news.number, TrainingUpdate(news.number))
        heard.chunks += news.chunks
        heard.ended, heard.error = news.ended, news.error

    def _train(self, number: int, population: Population) -> None:
        error: Exception | None = None
        self._queue.put(TrainingUpdate(number))  # it begins
        try:
            first = population.members[0]
            data = load_data(first)
            for chunk in load_library(first.library).train(
                population.members, data, population.stops
            ):
                self._queue.put(TrainingUpdate(number, [chunk]))
                if self._stopping.is_set():
                    return
        except Exception as caught:
            error = caught
        self._queue.put(TrainingUpdate(number, ended=True, error=error))
