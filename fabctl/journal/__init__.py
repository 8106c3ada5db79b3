"""What happened: append-only, durable, hash-chained. An act is written down before it is done.

The database engine behind it is imported when a journal is opened, not before.
"""

from fabctl.journal.errors import JournalDamagedError, JournalError, RunOwnedError
from fabctl.journal.journal import Journal
from fabctl.journal.record import Record, Request
from fabctl.journal.witness import heads, is_owned

__all__ = [
    "Journal",
    "JournalDamagedError",
    "JournalError",
    "Record",
    "Request",
    "RunOwnedError",
    "heads",
    "is_owned",
]
