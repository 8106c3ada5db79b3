"""Ending secsgem's handlers."""

import asyncio
import threading
from typing import Any


async def switched_off(handler: Any) -> None:
    """Disable a handler, or raise TimeoutError: it may wait for its own threads for ever.

    The loop waits at its end for every thread of its own, so this is none of them.
    """
    thread = threading.Thread(target=handler.disable, daemon=True)
    thread.start()
    async with asyncio.timeout(10):
        while thread.is_alive():  # noqa: ASYNC110 -- of another thread
            await asyncio.sleep(0.02)
