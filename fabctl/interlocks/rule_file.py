"""Reads rule files, and refuses a rule that does not say all that a rule must.

A file that names an unknown parameter, repeats a code, lacks a citation or an example, or holds a
demand that nothing can meet or break is refused as a whole, with every place where it is wrong.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import sequences
from fabctl.interlocks.demand import Limit
from fabctl.interlocks.demand_file import DEMANDS, DemandReader
from fabctl.interlocks.live_check import misfits
from fabctl.interlocks.live_file import LiveReader
from fabctl.interlocks.rule import Applies, Citation, Example, Rule, RulePack, Severity
from fabctl.interlocks.selector_file import SelectorReader
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.weaker import is_binding, weaker
from fabctl.process.claim import claims, element_names
from fabctl.process.errors import did_you_mean
from fabctl.process.layout import Layout, load_layout
from fabctl.process.reading import Reading
from fabctl.process.sequence import Sequence
from fabctl.process.step_loader import StepLoader, Surroundings
from fabctl.process.yaml_pieces import tree_of
from fabctl.process.yaml_reader import checked_text, read_bytes
from fabctl.process.yaml_tree import Mapping as MappingNode
from fabctl.process.yaml_tree import Node

_CODE = re.compile(r"([A-Z]{2})[1-9][0-9]{2}")
_EXAMPLES = "\n    examples:\n"
_DEEPER = re.compile(r"(?:(?:      .*)?\n)*")
_SEVERITIES = tuple([each.value for each in Severity])
_APPLIES = tuple([each.value for each in Applies])

REQUIRED = (
    "code",
    "name",
    "title",
    "severity",
    "waivable",
    "applies",
    "binds",
    "cites",
    "hint",
    "examples",
)
"""The keys that every rule has."""


def load_rules(paths: Iterable[Path], *, examples: bool = True) -> RulePack:
    """Read rule files into one pack. Raises `InputError` with all problems of a bad file.

    A code that fabctl gives to a rule of its own can't be another rule's, and what it asks by a
    claim, or of what can't be waived, no other may lessen. Without `examples` they are left unread,
    and codes and claims unasked, for whoever judges by rules that were proved before.
    """
    rules: dict[str, Rule] = {}
    files: list[str] = []
    for path in paths:
        file = str(path)
        text = checked_text(read_bytes(path), file)
        root = tree_of(text if examples else _without_examples(text), file)
        taken = own_rules() if examples and path not in sequences.packs() else {}
        for rule in _RuleFile(file, text, examples=examples).read(root, rules, taken):
            rules[rule.code] = rule
        files.append(file)
    return RulePack(rules, tuple(files))


def _without_examples(text: str) -> str:
    """Empty the lists of examples, each line in its place: they are most of a pack of ours."""
    head, *rest = text.split(_EXAMPLES)
    told = [head]
    for part in rest:
        found = _DEEPER.match(part)
        end = found.end() if found else 0
        told += "\n    examples: []\n", "\n" * part.count("\n", 0, end), part[end:]
    return "".join(told)


@lru_cache(maxsize=1)
def own_rules() -> Mapping[str, Rule]:
    """The rules that come with fabctl, by code."""
    return load_rules(sequences.packs(), examples=False).rules


@lru_cache(maxsize=1)
def example_layout() -> Layout:
    """The layout whose reticles the examples expose."""
    return load_layout(sequences.data("layouts", "single-line.yaml"))


class _RuleFile:
    """Reads one file; the problems collect in `reading`."""

    def __init__(self, file: str, text: str, *, examples: bool) -> None:
        self.file = file
        self.examples = examples
        self.text = text
        self.reading = Reading()
        self.selectors = SelectorReader(self.reading)
        self.demands = DemandReader(self.reading, self.selectors)
        self.live = LiveReader(self.reading, self.selectors)

    def read(self, root: Node, known: Mapping[str, Rule], taken: Mapping[str, Rule]) -> list[Rule]:
        """Read all rules; `known` are those of other files, `taken` our own, by code."""
        fields = self.reading.fields(root, "a rule file", ("rules", "title", "entries"))
        rules: list[Rule] = []
        seen = {code: rule.mark for code, rule in known.items()}
        if "rules" in fields:
            self.reading.name(fields["rules"], "rules")
        if "title" in fields:
            self.reading.text(fields["title"], "title")
        entries = self.reading.some(fields["entries"], "entries") if "entries" in fields else ()
        for node in entries:
            rule = self._rule(node)
            if rule is None:
                continue
            if rule.code in seen:
                message = f"{rule.code} stands already at {seen[rule.code]}"
                self.reading.note("IN204", message, node.mark, "a code is never used twice")
            if rule.code in taken:
                self._check_taken(rule, taken[rule.code], node)
            seen[rule.code] = rule.mark
            rules.append(rule)
        self.reading.finish()
        return rules

    def _check_taken(self, rule: Rule, own: Rule, node: Node) -> None:
        """Refuse another rule under a code of ours, and the same one if it asks less."""
        if rule.name != own.name:
            message = f"{own.code} is the code of fabctl's own rule {own.name}, not of {rule.name}"
            hint = (
                f"name it {own.name} if it is that rule with other limits, else number it from 901"
            )
            self.reading.note("IN204", message, node.mark, hint)
            return
        keys = node.values() if isinstance(node, MappingNode) else {}
        for key, said in weaker(own, rule) if is_binding(own) else ():
            place = key or next(each for each in DEMANDS if each in keys)
            message = f"{own.code} is weaker here: fabctl's own {said}"
            why = "states a claim" if own.elements else "can't be waived"
            hint = f"a rule that {why} may ask more, and no less"
            self.reading.note(
                "IN204", message, keys[place].mark if place in keys else node.mark, hint
            )

    def _rule(self, node: Node) -> Rule | None:
        reading = self.reading
        before = len(reading.problems)
        fields = reading.fields(node, "a rule", REQUIRED, (*DEMANDS, "live", "gate"))
        if len(reading.problems) > before:
            return None
        severity = reading.word(fields["severity"], "severity", _SEVERITIES)
        applies = reading.word(fields["applies"], "applies", _APPLIES)
        binds = self.selectors.read(fields["binds"], "binds")
        demand = self.demands.read(node, fields, binds) if binds else None
        cites = self._citations(fields["cites"])
        rule = Rule(
            code=self._code(fields, demand.prefix if demand else ""),
            name=reading.name(fields["name"], "name") or "",
            title=reading.text(fields["title"], "title") or "",
            severity=Severity(severity or "error"),
            waivable=bool(reading.flag(fields["waivable"], "waivable")),
            applies=Applies(applies or "always"),
            binds=binds or self.selectors.nothing,
            demand=demand.demand if demand else self.demands.nothing,
            cites=cites,
            hint=reading.text(fields["hint"], "hint") or "",
            examples=self._examples(fields["examples"], cites) if self.examples else (),
            live=self.live.read(fields["live"]) if "live" in fields else None,
            gate=self.live.gate(fields["gate"]) if "gate" in fields else None,
            mark=node.mark,
        )
        self._check_enforced(rule, fields)
        return rule if len(reading.problems) == before else None

    def _code(self, fields: Mapping[str, Node], prefix: str) -> str:
        code = self.reading.name(fields["code"], "code")
        match = _CODE.fullmatch(code or "")
        if code is not None and (match is None or (prefix and match.group(1) != prefix)):
            hint = f"{prefix} and three digits" if prefix else "two capitals and three digits"
            self.reading.note("IN204", f"{code} is no code for it", fields["code"].mark, hint)
        return code or ""

    def _check_enforced(self, rule: Rule, fields: Mapping[str, Node]) -> None:
        """Refuse to enforce what no signal shows: only limits on steps and wafers are."""
        if rule.applies is Applies.PRACTISED and not rule.elements:
            message = "a rule that applies where a claim is practised cites one"
            self.reading.note("IN207", message, fields["applies"].mark)
        for part in ("live", "gate"):
            if part not in fields:
                continue
            limit = rule.demand if isinstance(rule.demand, Limit) else None
            if limit is None or limit.of_material or limit.margin:
                message = f"only a limit on parameters or on the wafer has a {part} part"
                self.reading.note("IN207", message, fields[part].mark)
            elif rule.applies is Applies.PRACTISED:
                message = f"a rule with a {part} part applies always"
                self.reading.note("IN207", message, fields[part].mark)
            elif part == "live" and rule.live is not None:
                keys = fields[part]
                told = keys.values() if isinstance(keys, MappingNode) else {}
                for each in misfits(rule, rule.live):
                    self.reading.note(each.code, each.message, told[each.key].mark)

    def _citations(self, node: Node) -> tuple[Citation, ...]:
        reading = self.reading
        known = element_names() if self.examples else None
        cites: list[Citation] = []
        for item in reading.items(node, "cites"):
            fields = reading.fields(item, "a citation", ("words", "reading"), ("element", "source"))
            if ("element" in fields) == ("source" in fields):
                reading.note("IN207", "a citation names an element or a source", item.mark)
                continue
            texts = {name: reading.text(value, name) or "" for name, value in fields.items()}
            element = texts.get("element", "")
            if element and known is not None and element not in known:
                message = f"there is no claim element {element}"
                reading.note("IN205", message, item.mark, did_you_mean(element, sorted(known)))
            cites.append(
                Citation(
                    element,
                    texts.get("source", ""),
                    texts.get("words", ""),
                    texts.get("reading", ""),
                )
            )
        if not cites:
            reading.note("IN202", "a rule without a citation is none", node.mark)
        return tuple(cites)

    def _examples(self, node: Node, cites: Iterable[Citation]) -> tuple[Example, ...]:
        reading = self.reading
        elements = [cite.element for cite in cites if cite.element]
        practises = tuple(dict.fromkeys(each.rpartition(".")[0] for each in elements))
        known = tuple(each for each in practises if each in claims())
        examples: list[Example] = []
        for item in reading.items(node, "examples"):
            fields = reading.fields(item, "an example", ("verdict", "steps"), ("after",))
            if "verdict" not in fields or "steps" not in fields:
                continue
            verdict = reading.word(fields["verdict"], "verdict", [each.value for each in Verdict])
            name = f"example-{len(examples) + 1}"
            sequence, after = (
                self._sequence(name, known, fields[key]) if key in fields else None
                for key in ("steps", "after")
            )
            if verdict is not None and sequence is not None:
                examples.append(Example(Verdict(verdict), sequence, item.mark, after))
        said = {each.verdict for each in examples}
        if Verdict.LEGAL not in said:
            reading.note("IN202", "a rule has an example that is legal", node.mark)
        if not said - {Verdict.LEGAL}:
            reading.note("IN202", "a rule has an example that is illegal", node.mark)
        return tuple(examples)

    def _sequence(self, name: str, practises: tuple[str, ...], node: Node) -> Sequence | None:
        loader = StepLoader(self.reading, Surroundings({}, example_layout(), {}, {}))
        loaded = [loader.load(item) for item in self.reading.some(node, "steps")]
        steps = tuple(step for step in loaded if step is not None)
        if not steps:
            return None
        return Sequence(name, name, practises, example_layout(), {}, steps, self.file, self.text)
