"""What is to happen at the tool later, in process seconds."""

import heapq
from collections.abc import Callable
from itertools import count


class Agenda:
    """Acts with their times; acts of one time come in the order in which they were put down."""

    def __init__(self) -> None:
        self._acts: list[tuple[float, int, Callable[[], None]]] = []
        self._number = count()

    @property
    def due(self) -> float | None:
        """When the next act is due."""
        return self._acts[0][0] if self._acts else None

    def put(self, at: float, act: Callable[[], None]) -> None:
        """Have `act` happen at a time."""
        heapq.heappush(self._acts, (at, next(self._number), act))

    def run(self, now: float) -> None:
        """Do what is due."""
        while self._acts and self._acts[0][0] <= now:
            heapq.heappop(self._acts)[2]()
