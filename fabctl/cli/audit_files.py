"""Audits the files of one command: all of `fabctl audit` but its command line."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fabctl.cli.arguments import choices, overrides, sequence_file, shipped_file
from fabctl.cli.folder import yaml_files
from fabctl.cli.output import FAILED, FINDINGS, LEGAL, Failure, emit, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fabctl.interlocks import AuditReport, Finding, RulePack, Waivers
    from fabctl.process.errors import InputError, Problem
    from fabctl.process.sequence import Sequence as SequenceModel
    from fabctl.process.yaml_tree import Node
    from fabctl.reports.audited import Audited, AuditedFile, Sort
    from fabctl.tools.fab import Fab as FabModel
    from fabctl.tools.prediction import Predictor


class Format(StrEnum):
    """How an audit is told."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


def audit(
    names: list[str],
    *,
    settings: list[str],
    choose: list[str],
    fab: Path | None,
    on_tools: bool,
    rules: list[Path],
    waivers: list[Path],
    form: Format | None,
    as_json: bool,
) -> int:
    """Audit files and tell the result; returns the exit code. Raises `Failure`, `InputError`."""
    from fabctl.process.errors import InputError

    if as_json and form not in (None, Format.JSON):
        raise Failure(f"--json is --format json, and can't be --format {form} too")
    try:
        settled, made = overrides(settings), choices(choose)
        fab = _asked_fab(fab, on_tools=on_tools)
        audited = _audit_all(names, settled, made, fab, rules, waivers, on_tools=on_tools)
    except (InputError, Failure) as error:
        if not as_json:  # which is told where all commands' errors are
            _tell(error, names[0], form)
        raise
    show(_rendered(audited, Format.JSON if as_json else form or Format.TEXT))
    if not audited.readable:
        return FAILED
    return LEGAL if audited.legal else FINDINGS


def _asked_fab(fab: Path | None, *, on_tools: bool) -> Path | None:
    """Find the fab's file. Raises `Failure` where its tools are to be asked, and none was given."""
    if on_tools and fab is None:
        raise Failure("--on-tools asks a fab's tools: say --fab FILE")
    return shipped_file(fab, "fab") if fab else None


def _tell(error: "InputError | Failure", name: str, form: Format | None) -> None:
    """Tell why nothing could be audited in the format that whatever reads us expects."""
    from fabctl.interlocks.every_path import NOTHING_MATCHED
    from fabctl.process.errors import InputError, Mark, Problem
    from fabctl.reports.audited import Audited, AuditedFile, Sort

    if form in (None, Format.TEXT):  # a person reads it on standard error
        return
    if isinstance(error, InputError):
        problems = tuple(error.problems)
    else:
        problems = (Problem(NOTHING_MATCHED, str(error), Mark(name, 1, 1)),)
    if form is Format.JSON:
        from fabctl.reports.audit_json import problem_data

        emit({"error": str(error), "problems": [problem_data(each) for each in problems]})
        return
    files = {each.mark.file: each for each in problems}
    show(
        _rendered(
            Audited(
                tuple(
                    AuditedFile(
                        file,
                        Sort.UNREADABLE,
                        problems=tuple(each for each in problems if each.mark.file == file),
                    )
                    for file in files
                ),
                (),
            ),
            form,
        )
    )


def _audit_all(
    names: list[str],
    settings: "Mapping[str, str]",
    made: "Mapping[str, str]",
    fab_path: Path | None,
    packs: list[Path],
    waivers: list[Path],
    *,
    on_tools: bool = False,
) -> "Audited":
    """Audit every file. Raises `InputError` for what they are judged by: rules, fab, waivers.

    `made` are choices that the sequences leave open; each path of the others is audited.
    With `on_tools` the fab's tools are asked too; `Failure` is raised where none can be.
    """
    from fabctl.cli.packs import models, proved
    from fabctl.process.loader import made_of
    from fabctl.process.paths import chosen, one_path
    from fabctl.reports.audited import Audited

    pack, foretold = proved(packs), models(fab_path)
    fab = None
    if fab_path:
        from fabctl.tools.fab import load_fab

        fab = load_fab(fab_path)
    accepted: Waivers | None = None
    if waivers:
        from fabctl.interlocks import load_waivers

        accepted = load_waivers(waivers)

    def sequence_of(source: "tuple[str, Node]", path: Path) -> "SequenceModel":
        sequence = made_of(source, path, settings)
        return one_path(sequence, made)[0] if on_tools else chosen(sequence, made)

    skipped: list[Problem] = []
    files = tuple(
        _audit_file(path, source, sequence_of, pack, foretold, fab, accepted, on_tools=on_tools)
        for name in names
        for path, source in _sources(name, skipped)
    )
    if not any(each.report or each.problems for each in files):
        if settings or made:
            option = "--set" if settings else "--choose"
            raise Failure(f"{option} changes a sequence, and none was given")
        if on_tools:
            raise Failure("--on-tools asks tools for a sequence's programs, and none was given")
    reports = [each.report for each in files if each.report is not None]
    notes: tuple[Problem, ...] = ()
    if accepted is not None:
        from fabctl.clock import utc_now  # which brings asyncio: longer than the audit itself
        from fabctl.interlocks import idle_waivers

        notes = idle_waivers(reports, pack, accepted, utc_now().date())
    return Audited(files, tuple(pack), tuple(skipped), notes)


def _sources(
    name: str, skipped: "list[Problem]"
) -> "Iterator[tuple[Path, tuple[str, Node] | InputError]]":
    """Read the files that a name stands for; notes what its folder holds that is not to be audited.

    Raises `Failure` where a folder has nothing to audit.
    """
    from fabctl.process.errors import InputError

    path = sequence_file(name, or_folder=True)
    if not path.is_dir():
        yield path, _read(path)
        return
    before, nothing = len(skipped), True
    for each in yaml_files(path):
        source = _read(each)
        # what can't be read must not pass unseen
        if isinstance(source, InputError) or _sort(source[1]) is not None:
            nothing = False
            yield each, source
        else:
            skipped.append(_skipped(source[1]))
    if nothing:
        why = f"{name}: no sequence, rule pack or fab file in it, so nothing was audited"
        raise Failure("\n".join([why, *map(str, skipped[before:])]))


def _read(path: Path) -> "tuple[str, Node] | InputError":
    from fabctl.process.errors import InputError
    from fabctl.process.yaml_reader import read_source

    try:
        return read_source(path)
    except InputError as error:
        return error


def _skipped(root: "Node") -> "Problem":
    """Note a file of a folder that holds nothing to audit: its first key may be misspelt."""
    from fabctl.process.errors import Problem, did_you_mean
    from fabctl.process.yaml_tree import Mapping as MappingNode
    from fabctl.reports.audited import NEITHER, SKIPPED

    keys = root.values() if isinstance(root, MappingNode) else {}
    hints = (did_you_mean(key, ("sequence", "rules", "fab")) for key in keys)
    return Problem(SKIPPED, f"skipped: {NEITHER}", root.mark, next(filter(None, hints), ""))


def _audit_file(
    path: Path,
    source: "tuple[str, Node] | InputError",
    sequence_of: "Callable[[tuple[str, Node], Path], SequenceModel]",
    pack: "RulePack",
    foretold: "Predictor",
    fab: "FabModel | None",
    waivers: "Waivers | None",
    *,
    on_tools: bool,
) -> "AuditedFile":
    from fabctl.interlocks import audit as judge
    from fabctl.interlocks.finding import order
    from fabctl.process.errors import InputError
    from fabctl.process.material import materials
    from fabctl.reports.audited import AuditedFile, Sort

    if isinstance(source, InputError):
        return AuditedFile(str(path), Sort.UNREADABLE, problems=source.problems)
    sort = _sort(source[1]) or Sort.SEQUENCE
    try:
        if sort is Sort.FAB:
            from fabctl.tools.fab import load_fab

            load_fab(path)
            return AuditedFile(str(path), sort)
        if sort is Sort.RULES:
            from fabctl.interlocks import load_rules, run_examples

            examples = run_examples(load_rules([path]), materials(), foretold)
            return AuditedFile(str(path), sort, examples=examples)
        sequence = sequence_of(source, path)
    except InputError as error:
        return AuditedFile(str(path), sort, problems=error.problems)
    lacking: tuple[Finding, ...] = ()
    not_asked: Mapping[str, str] = {}
    if fab:
        from fabctl.interlocks import audit_on_tools

        lacking = audit_on_tools(sequence, fab, pack, materials(), foretold)
    if fab and on_tools:
        from fabctl.cli.stored import ask

        stored = ask(sequence, fab, pack)
        lacking, not_asked = (
            tuple(sorted((*lacking, *stored.findings), key=order)),
            stored.not_asked,
        )
    report = judge(sequence, pack, materials(), foretold)
    if waivers is not None and waivers.waivers:
        from fabctl.clock import utc_now
        from fabctl.interlocks import apply_waivers

        report = apply_waivers(report, pack, waivers, utc_now().date())
    problems = _unmatched(sequence, report)
    return AuditedFile(
        str(path),
        sort,
        report,
        lacking,
        problems=problems,
        not_asked=not_asked,
    )


def _unmatched(sequence: "SequenceModel", report: "AuditReport") -> "tuple[Problem, ...]":
    """Say so where no rule has looked at any step: that nothing was found would not be true."""
    from fabctl.interlocks.every_path import unmatched
    from fabctl.process.errors import Problem

    found = unmatched(sequence, report)
    return (Problem(found.code, found.message, found.mark),) if found else ()


def _sort(root: "Node") -> "Sort | None":
    """Tell by its top-level keys what a file holds, None for neither."""
    from fabctl.process.yaml_tree import Mapping as MappingNode
    from fabctl.reports.audited import Sort

    keys = root.values().keys() if isinstance(root, MappingNode) else ()
    if "fab" in keys:
        return Sort.FAB
    if "rules" in keys:
        return Sort.RULES
    return Sort.SEQUENCE if "sequence" in keys else None


def _rendered(audited: "Audited", form: Format) -> str:
    match form:  # each brings what only it needs: XML, the version of the package
        case Format.TEXT:
            from fabctl.reports import audit_text

            return audit_text.render(audited)
        case Format.GITHUB:
            from fabctl.reports import audit_github

            return audit_github.render(audited)
        case Format.JUNIT:
            from fabctl.reports import audit_junit

            return audit_junit.render(audited)
        case Format.JSON:
            from fabctl.reports import audit_json

            document = audit_json.render(audited)
        case Format.SARIF:
            from fabctl.reports import audit_sarif

            document = audit_sarif.render(audited)
    import json

    return json.dumps(document, indent=2, ensure_ascii=False)
