"""Waiting for what a tool tells unasked.

A waiter is armed before the command that it belongs to is sent: an event may come before the reply
that announces it.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class Waiters(Generic[T]):
    """Hands each thing that happens to whoever waits for such a thing."""

    def __init__(self) -> None:
        self._armed: set[Waiter[T]] = set()

    def arm(self, wanted: Callable[[T], bool]) -> "Waiter[T]":
        """Wait from now on for the first thing that is `wanted`; use it in a ``with``."""
        return Waiter(self._armed, wanted)

    def tell(self, happened: T) -> None:
        """Something happened."""
        for waiter in tuple(self._armed):
            waiter.tell(happened)

    def give_up(self) -> None:
        """Nothing more will come (the link is lost): everyone stops waiting."""
        for waiter in tuple(self._armed):
            waiter.give_up()


class Waiter(Generic[T]):
    """Waits for one thing."""

    def __init__(self, armed: "set[Waiter[T]]", wanted: Callable[[T], bool]) -> None:
        self._armed = armed
        self._wanted = wanted
        self._loop = asyncio.get_running_loop()
        self._came: asyncio.Future[list[T]] = self._loop.create_future()

    def __enter__(self) -> "Waiter[T]":
        self._armed.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._armed.discard(self)
        self._came.cancel()

    def tell(self, happened: T) -> None:
        """Take it, if it is what is waited for and nothing came before."""
        if not self._came.done() and self._wanted(happened):
            self._came.set_result([happened])

    def give_up(self) -> None:
        """Stop waiting."""
        if not self._came.done():
            self._came.set_result([])

    async def within(self, wire_seconds: float) -> list[T]:
        """Wait, once; gives what came in a list of one, an empty list where nothing did."""
        timer = self._loop.call_later(wire_seconds, self.give_up)
        try:
            return await self._came
        finally:
            timer.cancel()
