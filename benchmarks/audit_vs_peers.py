"""Our audit beside check-jsonschema, semgrep, yamllint and CSafeLoader + jsonschema-rs, in one run.

``pip install -e '.[bench]' semgrep``, then ``python benchmarks/audit_vs_peers.py [FILES]``.
yamllint, under the GPL, is no extra's: it runs as a program of its own. A peer that is not
installed is left out, and said to be. What runs in this process is timed in seconds of CPU, turn
and turn about, so that other work on the machine falls on both sides.
"""

import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

import yaml
from audit_recipes import SEMGREP_RULES, Generated, generated, never_alike, peer_schema
from msgspec.structs import replace

import sequences
from fabctl.cli.packs import models
from fabctl.cli.quick import YOUNG
from fabctl.interlocks import RulePack, arm, audit, load_rules
from fabctl.interlocks.panel import Panel
from fabctl.interlocks.shipped import shipped_rules
from fabctl.interlocks.trace import trace
from fabctl.process.errors import InputError
from fabctl.process.loader import load_sequence
from fabctl.process.material import Materials, materials
from fabctl.process.recipe import Recipe
from fabctl.process.sequence import Sequence as ProcessSequence
from fabctl.process.sequence import Step
from fabctl.tools.port import Reading
from fabctl.tools.prediction import Bound, Peak, Predictor, Unpredicted

PACKS = sequences.packs()
RUNS = 9
TURN = 50
"""Files before the other side has its turn."""


def main(count: int) -> None:
    recipes = generated(count)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        for place, text in ((ours, "ours"), (theirs, "theirs")):
            place.mkdir()
            for each in recipes:
                (place / f"{each.name}.yaml").write_text(getattr(each, text), encoding="utf-8")
        schema = Path(folder, "schema.json")
        schema.write_text(json.dumps(peer_schema()), encoding="utf-8")
        seeded = sum(bool(each.fault) for each in recipes)
        print(f"{count} recipes of 20 steps, {seeded} with a fault\n")
        print(f"{'':34}{'files/s':>9}{'found':>8}{'false':>7}  positions")
        in_process(recipes, ours, theirs)
        check_jsonschema(recipes, theirs, schema)
        semgrep(recipes, theirs, Path(folder, "rules.yaml"))
        one = recipes[0].name
        whole(
            {
                "fabctl": (sys.executable, "-m", "fabctl", "audit", ours / f"{one}.yaml"),
                "check-jsonschema": (
                    "check-jsonschema",
                    "--schemafile",
                    schema,
                    theirs / f"{one}.yaml",
                ),
                "yamllint": ("yamllint", theirs / f"{one}.yaml"),
            }
        )
    known, new = twelve_rules(count)
    print(f"\n12 rules x 20 steps{'':15}{known:9.0f} µs, {new:.0f} µs in new words (to reach: 40)")
    median, p99 = armed_rules()
    print(
        f"100 armed rules, a sample{'':9}{median:9.1f} µs median, {p99:.1f} µs p99 (to reach: 50)"
    )


def row(name: str, seconds: float, flagged: set[str], recipes: list[Generated], where: str) -> None:
    faulty = {each.name for each in recipes if each.fault}
    found, false = len(flagged & faulty), len(flagged - faulty)
    print(f"{name:34}{len(recipes) / seconds:9.0f}{found:8}{false:7}  {where}")


def in_process(recipes: list[Generated], ours: Path, theirs: Path) -> None:
    """Audit with every rule, each fault by its own code; and validate, where there is a peer."""
    pack, table, fab = shipped_rules(examples=False), materials(), Fab(models())  # as the command
    gc.set_threshold(YOUNG)
    audited, validated = Timed(), Timed()
    valid = rust()

    def look(each: Generated) -> bool:
        try:
            report = audit(load_sequence(ours / f"{each.name}.yaml"), pack, table, fab)
            codes = {found.code for found in report.all if found.severity == "error"}
        except InputError as error:
            codes = {problem.code[:2] for problem in error.problems}
        if each.fault and each.fault not in codes:
            print(f"{each.name}: {each.fault} was found by another code, or not")
        return bool(codes)

    look(recipes[0])  # what is loaded once, on either side, is no part of a file's time
    if valid is not None:
        valid(theirs / f"{recipes[0].name}.yaml")
    fab.seconds = 0.0
    for start in range(0, len(recipes), TURN):
        turn = recipes[start : start + TURN]
        audited.take(turn, look)
        if valid is not None:
            validated.take(turn, lambda each: not valid(theirs / f"{each.name}.yaml"))
    own = audited.seconds - fab.seconds
    row("fabctl audit, in process", own, audited.flagged, recipes, "yes")
    row("... and the furnace's model", audited.seconds, audited.flagged, recipes, "yes")
    if valid is None:
        print("CSafeLoader + jsonschema-rs: not installed")
        return
    row("CSafeLoader + jsonschema-rs", validated.seconds, validated.flagged, recipes, "no")
    ratio = validated.seconds / own
    print(f"  fabctl beside CSafeLoader + jsonschema-rs: {ratio:.2f} times as fast (to reach: 2)")


class Fab:
    """The built-in fab's tools, as the command asks them; counts what the furnace's model takes."""

    def __init__(self, asked: Predictor) -> None:
        self.asked = asked
        self.accepts, self.tool = asked.accepts, asked.tool
        self.seconds = 0.0

    def peak(self, signal: str, step: Step, recipe: Recipe) -> Peak | Unpredicted:
        start = process_time()
        try:
            return self.asked.peak(signal, step, recipe)
        finally:
            self.seconds += process_time() - start

    def stays_below(self, signal: str, step: Step, recipe: Recipe, bound: Bound) -> bool:
        start = process_time()
        try:
            return self.asked.stays_below(signal, step, recipe, bound)
        finally:
            self.seconds += process_time() - start


@dataclass
class Timed:
    """What one side has taken, and which recipes it flagged."""

    seconds: float = 0.0
    flagged: set[str] = field(default_factory=set)

    def take(self, recipes: list[Generated], flags: Callable[[Generated], bool]) -> None:
        start = process_time()
        self.flagged |= {each.name for each in recipes if flags(each)}
        self.seconds += process_time() - start


def rust() -> Callable[[Path], bool] | None:
    """Give the validation of a file by CSafeLoader and jsonschema-rs; None where there is none."""
    try:
        import jsonschema_rs
    except ImportError:
        return None
    validator = jsonschema_rs.validator_for(peer_schema())

    def valid(file: Path) -> bool:
        with file.open(encoding="utf-8") as stream:
            return bool(validator.is_valid(yaml.load(stream, Loader=yaml.CSafeLoader)))

    return valid


def check_jsonschema(recipes: list[Generated], folder: Path, schema: Path) -> None:
    if shutil.which("check-jsonschema") is None:
        print("check-jsonschema: not installed")
        return
    files = sorted(map(str, folder.iterdir()))
    command = ["check-jsonschema", "--schemafile", str(schema), "-o", "json", *files]
    start = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = perf_counter() - start
    flagged = {Path(each["filename"]).stem for each in json.loads(done.stdout)["errors"]}
    row("check-jsonschema, one command", seconds, flagged, recipes, "no")


def semgrep(recipes: list[Generated], folder: Path, rules: Path) -> None:
    if shutil.which("semgrep") is None:
        print("semgrep: not installed")
        return
    rules.write_text(SEMGREP_RULES, encoding="utf-8")
    command = ["semgrep", "scan", "--metrics=off", "--disable-version-check", "--quiet", "--json"]
    command += ["--jobs", "1", "--config", str(rules), str(folder)]
    start = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = perf_counter() - start
    flagged = {Path(each["path"]).stem for each in json.loads(done.stdout)["results"]}
    row("semgrep, one command", seconds, flagged, recipes, "yes")


def whole(commands: Mapping[str, Sequence[object]]) -> None:
    """Run commands turn and turn about, and tell the least time that each took."""
    print(f"\none file, whole command (the least of {RUNS}){'':3}CPU{'':10}wall")
    told = {name: [str(each) for each in words] for name, words in commands.items()}
    there = {name: words for name, words in told.items() if shutil.which(words[0])}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in there}
    for _ in range(RUNS):
        for name, words in there.items():
            start, before = perf_counter(), children()
            subprocess.run(words, capture_output=True, check=False)
            taken[name].append((children() - before, perf_counter() - start))
    for name in told:
        if name not in there:
            print(f"  {name:32}not installed")
            continue
        cpu, wall = (min(times) * 1000 for times in zip(*taken[name], strict=True))
        print(f"  {name:32}{cpu:6.0f} ms{wall:11.0f} ms")


def children() -> float:
    """Seconds of CPU of the programs that ended so far."""
    used = os.times()
    return used.children_user + used.children_system


def twelve_rules(count: int) -> tuple[float, float]:
    """Judge sequences that were read by twelve rules; no two have a number in common.

    The median in µs of CPU in words that were met before, and in words that were not.
    """
    every = shipped_rules(examples=False)
    names = ("LM101", "LM102", "MS201", "ST201", "LM201", "LM203")
    names += ("OR201", "OR202", "OR203", "TR102", "QT201", "HB201")
    twelve = {name: every[name] for name in names}
    table, fab, pack = materials(), models(), RulePack(twelve)

    def judge(sequences: list[ProcessSequence], *, anew: bool) -> list[float]:
        taken = []
        for sequence in sequences:
            rules = RulePack(twelve) if anew else pack
            named = Materials(table) if anew else table
            start = process_time()
            report = audit(sequence, rules, named, fab)
            taken.append(process_time() - start)
            if report.all:
                raise AssertionError(report.all[0])
        return taken

    known, new, texts = [], [], never_alike(count)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "one.yaml")
        for start in range(0, count, TURN):
            sequences = []
            for text in texts[start : start + TURN]:
                file.write_text(text, encoding="utf-8")
                sequences.append(load_sequence(file))
            known += judge(sequences, anew=False)
            new += judge(sequences, anew=True)
    return statistics.median(known) * 1e6, statistics.median(new) * 1e6


def armed_rules() -> tuple[float, float]:
    """Feed a sample to a hundred armed rules: median and p99, in microseconds."""
    rule = load_rules(PACKS)["LM102"]
    pack = RulePack({f"LM{n}": replace(rule, code=f"LM{n}") for n in range(500, 600)})
    table = materials()
    recipe = next(each for each in generated(1) if not each.fault)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "one.yaml")
        file.write_text(recipe.ours, encoding="utf-8")
        sequence = load_sequence(file)
    (react,) = [each for each in trace(sequence, table) if each.step.id == "react"]
    channels = [("temperature", f"Zone{n}Temp") for n in range(5)]
    panel = Panel(arm(pack, react.step, react.before, channels, 0.0, materials=table))
    taken = []
    for n in range(20_000):
        sample = Reading("FUR01", "temperature", f"Zone{n % 5}Temp", 200 + n % 97, "degC", n / 10)
        start = process_time()
        tuple(panel.feed(sample))
        taken.append((process_time() - start) * 1e6)
    if any(monitor.trip for monitor in panel.monitors):
        raise AssertionError("a legal sample tripped")
    taken.sort()
    return statistics.median(taken), taken[len(taken) * 99 // 100]


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
