"""A job's mark in a controller that has no place for a job ID, and what it proves.

Two words that follow from the job ID, in a segment of the program store that is never carried out.
Cleared when a program is written, set before RUN, raised once the program was seen to run: so a
cleared mark shows that the job was never started, and a raised one that it was.
"""

import zlib
from enum import Enum

CLEARED = (0, 0)
_SEEN = 5000
_MOST = 9999
"""What four digits of a display hold, lest a limit clips the mark."""


class Mark(Enum):
    """What the mark in the store is to a job."""

    CLEARED = "cleared"
    SET = "set before RUN"
    SEEN = "set, and the program was seen to run"
    ANOTHER = "another job's"


def mark_of(job: str, *, seen: bool = False) -> tuple[int, int]:
    """The two words of a job; never the cleared ones."""
    digest = zlib.crc32(job.encode())
    return 1 + digest % _MOST, digest // _MOST % _SEEN + (_SEEN if seen else 0)


def read_mark(words: tuple[int, ...], job: str) -> Mark:
    """What is in the store, to this job."""
    if words == CLEARED:
        return Mark.CLEARED
    if words == mark_of(job):
        return Mark.SET
    return Mark.SEEN if words == mark_of(job, seen=True) else Mark.ANOTHER
