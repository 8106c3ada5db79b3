"""Makes the page of all rules from the rule packs that come with fabctl."""

from pathlib import Path

from generated import table, write
from sphinx.application import Sphinx

from fabctl.cli.packs import load
from fabctl.interlocks import Rule

INTRODUCTION = """\
# Rules

Made from the rule packs that come with fabctl. `fabctl rules explain CODE` says the same, and
`fabctl rules test` runs every rule's own examples.
"""


def pages(app: Sphinx) -> None:
    """Write ``reference/generated/rules.md``."""
    text = [INTRODUCTION, *(_section(rule) for rule in load(None))]
    write(app, "rules.md", "\n".join(text))


def _section(rule: Rule) -> str:
    facts = [
        ("demands", f"{rule.demand.subject} is {rule.demand.wanted}"),
        ("severity", rule.severity.value + (", may be waived" if rule.waivable else "")),
    ]
    if rule.gate is not None:
        facts.append(("before the start", f"{rule.gate.measured} must have been measured"))
    if rule.live is not None:
        live = rule.live
        facts += [
            ("watches live", live.signal),
            ("stale after", f"{float(live.fresh_for):g} s of process time"),
            ("may be blind for", f"{float(live.blind_for):g} s of process time"),
            ("reset by", live.reset_by),
        ]
    for cite in rule.cites:
        facts.append((cite.element or cite.source, f"“{cite.words}” {cite.reading}"))
    if rule.hint:
        facts.append(("hint", rule.hint))
    file = Path(rule.mark.file).name
    return f"## {rule.code} {rule.name}\n\n{rule.title} (`{file}`)\n\n{table(('', ''), facts)}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", pages)
    return {"parallel_read_safe": True}
