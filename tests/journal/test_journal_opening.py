"""A new journal that several processes open at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from fabctl.journal import Journal


def test_all_of_them_find_it_made(tmp_path: Path) -> None:
    together = Barrier(4)

    def open_it(_: int) -> bool:
        together.wait()
        Journal.open(tmp_path / "runs.sqlite3").close()
        return True

    with ThreadPoolExecutor(4) as workers:
        assert all(workers.map(open_it, range(4)))
