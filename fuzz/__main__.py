"""Coverage-guided fuzzing of recipe files: ``python -m fuzz [OPTION...]``, a million by default.

Needs the extra ``fuzz`` (atheris, which has wheels for CPython on Linux). Options are libFuzzer's,
as in ``-runs=8000 -max_total_time=15``. What it finds interesting is kept in ``.fuzz/corpus``, an
input that breaks something in ``.fuzz``; give its path, and it is tried alone. Give an empty
folder to start from nothing but the sequences that come with fabctl.
"""

import sys
import tempfile
from pathlib import Path

import atheris

FOLDER = Path(".fuzz")
RULES = Path(__file__).parents[1] / "fabctl" / "interlocks"

# what reads files leads the fuzzer; the rules only have to bear what was read
rules = [f"fabctl.interlocks.{each.stem}" for each in RULES.glob("*.py")]
with atheris.instrument_imports(include=["fabctl"], exclude=rules):
    from fuzz import recipe_files


def main() -> None:
    corpus, started, words = FOLDER / "corpus", FOLDER / "seeds", FOLDER / "words"
    for folder in (corpus, started):
        folder.mkdir(parents=True, exist_ok=True)
    for name, data in recipe_files.seeds():
        (started / name).write_bytes(data)
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in recipe_files.words())
    words.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
    options = ["-runs=1000000", "-seed=1", "-max_len=600", "-timeout=30", "-rss_limit_mb=1024"]
    options += [f"-artifact_prefix={FOLDER}/", f"-dict={words}", "-print_final_stats=1"]
    asked = sys.argv[1:]
    paths = [Path(word) for word in asked if Path(word).exists()]
    files = [] if any(each.is_file() for each in paths) else [str(started)]
    if not paths:
        files.insert(0, str(corpus))
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        scratch = Path(folder, "input.yaml")
        atheris.Setup(
            [sys.argv[0], *options, *asked, *files],
            lambda data: recipe_files.check(data, scratch) and None,
        )
        atheris.Fuzz()


main()
