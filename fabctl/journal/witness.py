"""What stands outside the database: the witness of a run's last record, and its owner's lock.

A hash chain shows a changed record. It can't show that its end is missing, nor that an older file
was put back: both leave a sound chain. The witness, a line with the number and the hash of the last
record, does.
"""

import os
from pathlib import Path

from fabctl.journal.errors import JournalError, RunOwnedError

_WIDTH = 12 + 1 + 64 + 1  # number, blank, hash, line end: one write inside one disk sector


def heads(journal: Path) -> Path:
    """Where the witnesses and locks of a journal file lie: beside it."""
    return journal.with_name(f"{journal.name}.heads")


def is_owned(journal: Path, run: str) -> bool:
    """Whether a process, another journal of this one included, owns a run of the file now."""
    path = heads(journal) / f"{run}.lock"
    if not path.exists():
        return False
    lock = OwnerLock(path)
    try:
        lock.take(run)
    except RunOwnedError:
        return True
    lock.free()
    return False


class Witness:
    """The witness file of one run."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._durable = durable
        self._file: int | None = None

    def read(self) -> tuple[int, str] | None:
        """Number and hash of the last record witnessed; None where no record ever was.

        Raises `JournalError` where the file is not as it was written.
        """
        try:
            line = self._path.read_text("ascii", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JournalError(f"the witness {self._path} can't be read: {error}") from error
        number, _, digest = line.rstrip("\n").partition(" ")
        if len(line) != _WIDTH or not number.isdigit() or len(digest) != 64:
            raise JournalError(f"the witness {self._path} is not as it was written")
        return int(number), digest

    def write(self, seq: int, digest: str) -> None:
        """Note the last record; on the disk when it returns. Raises `JournalError`."""
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
                if self._durable:
                    _sync_folder(self._path.parent)
            os.pwrite(self._file, f"{seq:012d} {digest}\n".encode("ascii"), 0)
            if self._durable:
                os.fsync(self._file)
        except OSError as error:
            raise JournalError(f"the witness {self._path} can't be written: {error}") from error

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class OwnerLock:
    """A lock on a run that its holder's end, however sudden, gives back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self, run: str) -> None:
        """Own the run. Raises `RunOwnedError` where another process (or journal) does."""
        import fcntl  # POSIX only; reading a journal works without it

        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise RunOwnedError(f"run {run} is owned by another process (id {owner})") from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode("ascii"), 0)
        self._file = file

    def free(self) -> None:
        """Give the run back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
