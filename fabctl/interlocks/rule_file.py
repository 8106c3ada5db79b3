"""Reads rule files, and refuses a rule that does not say all that a rule must.

A file that names an unknown parameter, repeats a code, lacks a citation or an example, or holds a
limit that no value meets is refused as a whole, with every place where it is wrong.
"""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from fabctl.interlocks.limits import Bound, Limits
from fabctl.interlocks.rule import (
    Citation,
    During,
    Example,
    From,
    Gate,
    Limit,
    Live,
    Rule,
    RulePack,
    Severity,
)
from fabctl.interlocks.selector import Selector
from fabctl.interlocks.verdict import Verdict
from fabctl.interlocks.wafer_quantity import WAFER_QUANTITIES
from fabctl.process.layout import BLANKET
from fabctl.process.reading import Reading
from fabctl.process.sequence import Sequence, Step
from fabctl.process.step_loader import StepLoader, Surroundings
from fabctl.process.vocabulary import OPERATIONS, ParameterRule
from fabctl.process.yaml_reader import checked_text, read, read_bytes
from fabctl.process.yaml_tree import Node
from fabctl.quantities import Dimension

_CODE = re.compile(r"(?:LM|RL|OR|MS|TC|TR|WN|QT)[1-9][0-9]{2}")
_ELEMENT = re.compile(r"(?:lowk|resist|cap)\.[1-9][0-9]?\.[a-z]")

_REQUIRED = (
    "code",
    "name",
    "title",
    "severity",
    "waivable",
    "binds",
    "limit",
    "cites",
    "hint",
    "examples",
)
CLASSES = ("film",)
WAFER_HAS = ("film",)
MEASURED = ("film_thickness",)


def load_rules(paths: Iterable[Path]) -> RulePack:
    """Read rule files into one pack. Raises `InputError` with all problems of a bad file."""
    rules: dict[str, Rule] = {}
    files: list[str] = []
    for path in paths:
        file = str(path)
        text = checked_text(read_bytes(path), file)
        for rule in _RuleFile(file, text).read(read(text, file), rules):
            rules[rule.code] = rule
        files.append(file)
    return RulePack(rules, tuple(files))


class _RuleFile:
    """Reads one file; the problems collect in `reading`."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.reading = Reading()

    def read(self, root: Node, known: Mapping[str, Rule]) -> list[Rule]:
        fields = self.reading.fields(root, "a rule file", ("rules", "title", "entries"))
        rules: list[Rule] = []
        seen = {code: rule.mark for code, rule in known.items()}
        if "rules" in fields:
            self.reading.name(fields["rules"], "rules")
        if "title" in fields:
            self.reading.text(fields["title"], "title")
        entries = self.reading.items(fields["entries"], "entries") if "entries" in fields else ()
        if "entries" in fields and not entries:
            self.reading.note("IN203", "a rule file has at least one rule", fields["entries"].mark)
        for node in entries:
            rule = self._rule(node)
            if rule is None:
                continue
            if rule.code in seen:
                message = f"{rule.code} stands already at {seen[rule.code]}"
                self.reading.note("IN204", message, node.mark, "a code is never used twice")
            seen[rule.code] = rule.mark
            rules.append(rule)
        self.reading.finish()
        return rules

    def _rule(self, node: Node) -> Rule | None:
        reading = self.reading
        before = len(reading.problems)
        fields = reading.fields(
            node,
            "a rule",
            _REQUIRED,
            ("live", "gate"),
        )
        if len(reading.problems) > before:
            return None
        code = reading.name(fields["code"], "code")
        if code is not None and not _CODE.fullmatch(code):
            kinds = "LM, RL, OR, MS, TC, TR, WN or QT and three digits"
            reading.note("IN204", f"{code} is no rule code", fields["code"].mark, kinds)
        name = reading.name(fields["name"], "name")
        title = reading.text(fields["title"], "title")
        severity = reading.word(fields["severity"], "severity", [each.value for each in Severity])
        waivable = reading.flag(fields["waivable"], "waivable")
        binds = self._selector(fields["binds"])
        demands = self._limit(fields["limit"], binds)
        cites = self._citations(fields["cites"])
        hint = reading.text(fields["hint"], "hint")
        examples = self._examples(fields["examples"])
        live = self._live(fields["live"]) if "live" in fields else None
        gate = self._gate(fields["gate"]) if "gate" in fields else None
        if len(reading.problems) > before or binds is None or demands is None:
            return None
        return Rule(
            code=code or "",
            name=name or "",
            title=title or "",
            severity=Severity(severity or "error"),
            waivable=bool(waivable),
            binds=binds,
            demands=demands,
            cites=cites,
            hint=hint or "",
            examples=examples,
            live=live,
            gate=gate,
            mark=node.mark,
        )

    def _selector(self, node: Node) -> Selector | None:
        reading = self.reading
        fields = reading.fields(
            node, "binds", ("operation",), ("material_class", "wafer_has", "words")
        )
        if "operation" not in fields:
            return None
        operations = tuple(
            word
            for item in reading.items(fields["operation"], "operation")
            if (word := reading.word(item, "an operation", OPERATIONS)) is not None
        )
        if not operations:
            reading.note("IN203", "a rule binds at least one operation", fields["operation"].mark)
            return None
        words = self._words(fields["words"], operations) if "words" in fields else {}
        return Selector(
            operations,
            self._word(fields, "material_class", CLASSES),
            self._word(fields, "wafer_has", WAFER_HAS),
            words,
        )

    def _words(self, node: Node, operations: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        words: dict[str, tuple[str, ...]] = {}
        for key, value in self.reading.entries(node, "words"):
            if self._parameter(key, operations) is not None:
                words[key.text] = self.reading.names(value, key.text)
        return words

    def _parameter(self, node: Node, operations: tuple[str, ...]) -> ParameterRule | None:
        """Look a recipe parameter up that every bound operation has."""
        known = [OPERATIONS[each].parameters for each in operations]
        common = [name for name in known[0] if all(name in each for each in known)]
        word = self.reading.word(node, "a parameter of these operations", common)
        return None if word is None else known[0][word]

    def _limit(self, node: Node, binds: Selector | None) -> Limit | None:
        reading = self.reading
        ends = ("at_least", "above", "at_most", "below")
        fields = reading.fields(node, "limit", (), ("parameters", "wafer", *ends))
        if ("parameters" in fields) == ("wafer" in fields):
            reading.note("IN207", "a limit is on parameters or on the wafer", node.mark)
            return None
        dimension: Dimension | None = None
        wafer = self._word(fields, "wafer", WAFER_QUANTITIES)
        parameters: list[str] = []
        if wafer:
            dimension = WAFER_QUANTITIES[wafer].dimension
        for item in (
            reading.items(fields["parameters"], "parameters") if "wafer" not in fields else ()
        ):
            rule = self._parameter(item, binds.operations) if binds else None
            if rule is None:
                continue
            parameters.append(getattr(item, "text", ""))
            if rule.dimension is None:
                message = f"{parameters[-1]} is a word, and words have no limits"
                reading.note("IN207", message, item.mark)
            dimension = dimension or rule.dimension
        limits = self._limits(node, fields, dimension)
        if limits is None or not (wafer or parameters):
            return None
        return Limit(tuple(parameters), wafer, limits)

    def _limits(
        self, node: Node, fields: Mapping[str, Node], dimension: Dimension | None
    ) -> Limits | None:
        lower = self._end(node, fields, ("at_least", "above"), dimension)
        upper = self._end(node, fields, ("at_most", "below"), dimension)
        if lower is None and upper is None:
            self.reading.note("IN202", "a limit has a lower or an upper end", node.mark)
            return None
        if lower and upper and lower.quantity.dimension is not upper.quantity.dimension:
            self.reading.note("UN101", "the two ends of a limit measure two things", node.mark)
            return None
        limits = Limits(lower, upper)
        if limits.empty:
            self.reading.note("IN207", f"no value is {limits}", node.mark)
        return limits

    def _end(
        self,
        node: Node,
        fields: Mapping[str, Node],
        names: tuple[str, str],
        dimension: Dimension | None,
    ) -> Bound | None:
        stated = [name for name in names if name in fields]
        if len(stated) > 1:
            self.reading.note("IN207", f"{' and '.join(stated)} are the same end", node.mark)
        if not stated:
            return None
        quantity = self.reading.quantity(fields[stated[0]], stated[0], dimension)
        return None if quantity is None else Bound(quantity, strict=stated[0] in ("above", "below"))

    def _citations(self, node: Node) -> tuple[Citation, ...]:
        reading = self.reading
        cites: list[Citation] = []
        for item in reading.items(node, "cites"):
            fields = reading.fields(item, "a citation", ("words", "reading"), ("element", "source"))
            if ("element" in fields) == ("source" in fields):
                reading.note("IN207", "a citation names an element or a source", item.mark)
                continue
            texts = {name: reading.text(value, name) or "" for name, value in fields.items()}
            element = texts.get("element", "")
            if element and not _ELEMENT.fullmatch(element):
                hint = "document, claim and letter, as in cap.5.a"
                reading.note("IN204", f"{element} is no claim element", item.mark, hint)
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

    def _examples(self, node: Node) -> tuple[Example, ...]:
        reading = self.reading
        examples: list[Example] = []
        for item in reading.items(node, "examples"):
            fields = reading.fields(item, "an example", ("verdict", "steps"))
            if "verdict" not in fields or "steps" not in fields:
                continue
            verdict = reading.word(fields["verdict"], "verdict", [each.value for each in Verdict])
            steps = self._steps(fields["steps"])
            if verdict is not None and steps:
                name = f"example-{len(examples) + 1}"
                sequence = Sequence(name, name, (), BLANKET, {}, steps, self.file, self.text)
                examples.append(Example(Verdict(verdict), sequence, item.mark))
        said = {each.verdict for each in examples}
        for needed in (Verdict.LEGAL, Verdict.ILLEGAL):
            if needed not in said:
                reading.note("IN202", f"a rule has an example that is {needed}", node.mark)
        return tuple(examples)

    def _steps(self, node: Node) -> tuple[Step, ...]:
        loader = StepLoader(self.reading, Surroundings({}, BLANKET, (), {}, {}))
        steps = [loader.load(item) for item in self.reading.items(node, "steps")]
        return tuple(step for step in steps if step is not None)

    def _live(self, node: Node) -> Live | None:
        reading = self.reading
        fields = reading.fields(
            node,
            "live",
            ("signal", "fresh_for", "blind_for", "reset_by"),
            ("begins", "upper", "lower", "frozen_after", "plausible"),
        )
        times = {
            name: self._time(fields[name], name)
            for name in ("fresh_for", "blind_for", "frozen_after")
            if name in fields
        }
        plausible = None
        if "plausible" in fields:
            node_ = fields["plausible"]
            ends = reading.fields(node_, "plausible", (), ("at_least", "above", "at_most", "below"))
            plausible = self._limits(node_, ends, None)
        signal = reading.name(fields["signal"], "signal") if "signal" in fields else None
        reset_by = reading.text(fields["reset_by"], "reset_by") if "reset_by" in fields else None
        begins = self._word(fields, "begins", [each.value for each in From]) or From.ARMING
        upper = self._word(fields, "upper", [each.value for each in During])
        lower = self._word(fields, "lower", [each.value for each in During])
        fresh_for, blind_for = times.get("fresh_for"), times.get("blind_for")
        if signal is None or reset_by is None or fresh_for is None or blind_for is None:
            return None
        return Live(
            signal,
            From(begins),
            During(upper or During.THROUGHOUT),
            During(lower or During.THROUGHOUT),
            fresh_for,
            blind_for,
            times.get("frozen_after"),
            plausible,
            reset_by,
        )

    def _time(self, node: Node, what: str) -> Fraction | None:
        quantity = self.reading.quantity(node, what, Dimension.TIME)
        if quantity is None:
            return None
        if quantity.value <= 0:
            self.reading.note("IN207", f"{what} must be above 0 s", node.mark)
        return quantity.value

    def _gate(self, node: Node) -> Gate | None:
        fields = self.reading.fields(node, "gate", ("binds", "measured"))
        if "binds" not in fields or "measured" not in fields:
            return None
        binds = self._selector(fields["binds"])
        measured = self.reading.word(fields["measured"], "measured", MEASURED)
        return Gate(binds, measured) if binds and measured else None

    def _word(self, fields: Mapping[str, Node], name: str, words: Iterable[str]) -> str:
        if name not in fields:
            return ""
        return self.reading.word(fields[name], name, words) or ""
