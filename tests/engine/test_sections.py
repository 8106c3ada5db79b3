"""The wafer is looked at in section after every job, and what did not come is not shown."""

import json
from types import SimpleNamespace

import shapely

from fabctl.engine.history import History
from fabctl.engine.person import obstacle
from fabctl.engine.records import Kind
from fabctl.engine.wafer_history import last_section, sections, wafer_history
from fabctl.structure.section import Region, Section
from fabctl.structure.snapshot import to_json

STEPS = [
    {"id": "film", "operation": "deposit", "recipe": {"material": "Sn", "thickness": "120 Å"}},
    {"id": "react", "operation": "anneal", "recipe": {"temperature": "200 degC"}},
]


def records(*sectioned):
    def record(kind, **body):
        return SimpleNamespace(kind=kind, body=body)

    bare = json.loads(to_json(Section.bare(1000)))
    found = [record(Kind.RUN, steps=STEPS)]
    if "" in sectioned:
        found.append(record(Kind.SECTION, job="", step="", section=bare))
    for step in ("film", "react"):
        job = f"r.{step}.1"
        found.append(
            record(Kind.CONCLUDED, job=job, step=step, tool="T", outcome="done", evidence={})
        )
        if job in sectioned:
            found.append(record(Kind.SECTION, job=job, step=step, section=bare))
    return found


def test_a_wafer_seen_after_every_job_is_shown():
    history = wafer_history(records("", "r.film.1", "r.react.1"))
    assert history.shown
    assert [done.step for done in history.done] == ["film", "react"]


def test_one_missing_look_and_the_wafer_is_not_shown():
    assert not wafer_history(records("", "r.film.1")).shown
    assert not wafer_history(records("r.film.1", "r.react.1")).shown


def test_a_measurement_leaves_the_wafer_as_it_was_last_seen():
    found = records("", "r.film.1", "r.react.1")
    found[0].body["steps"].append({"id": "look", "operation": "measure", "recipe": {}})
    found.append(
        SimpleNamespace(
            kind=Kind.CONCLUDED,
            body={"job": "r.look.1", "step": "look", "tool": "T", "outcome": "failed"},
        )
    )
    history = wafer_history(found)
    assert history.shown
    assert history.last == history.after(1)


def test_recipes_are_quantities_again():
    recipe = wafer_history(records()).done[0].recipe
    assert recipe["material"] == "Sn"
    assert recipe["thickness"].in_unit("nm") == 12


def test_a_job_that_never_started_did_nothing_to_the_wafer():
    found = records("", "r.film.1", "r.react.1")
    found.append(
        SimpleNamespace(
            kind=Kind.CONCLUDED,
            body={"job": "r.react.0", "step": "react", "tool": "T", "outcome": "not-started"},
        )
    )
    assert len(wafer_history(found).done) == 2


def looked(job, *regions):
    """A record of a look at a bare wafer with (name, job) regions of tin on it."""
    wafer = Section.bare(1000)
    films = [
        Region(name, "Sn", shapely.box(0, 10 * place, 1000, 10 * place + 10), maker)
        for place, (name, maker) in enumerate(regions)
    ]
    section = json.loads(to_json(wafer.with_regions((*wafer.regions, *films), wafer.ambient)))
    body = {"job": job, "step": "film" if job else "", "section": section}
    return SimpleNamespace(kind=Kind.SECTION, body=body)


def named(*looks):
    steps = [{"id": "film", "forms": "film-1"}]
    started = [(Kind.RUN, {"steps": steps}), (Kind.INTENT, {"job": "j", "step": "film"})]
    first = [SimpleNamespace(kind=kind, body=body) for kind, body in started]
    return [
        [each.name for each in section.regions[1:]] for _, section in sections([*first, *looks])
    ]


def test_what_no_job_made_was_brought_in_or_came_while_the_wafer_waited():
    brought = looked("", ("0/Cu", ""))
    later = looked("j", ("0/Cu", ""), ("0/Cu~x", ""), ("j/Sn", "j"), ("Cu6Sn5", ""))
    assert named(brought, later)[-1] == ["brought in", "brought in", "film-1", "while waiting"]
    assert named(later)[-1] == ["brought in", "brought in", "film-1", "brought in"]


def test_the_last_look_is_the_wafer():
    assert last_section(records()) is None
    assert last_section(records("")).width == 1000


def test_a_run_whose_wafer_was_cut_can_only_be_scrapped():
    def record(kind, **body):
        return SimpleNamespace(kind=kind, body=body, at="")

    steps = [{"id": name, "tool": "T", "operation": "measure"} for name in ("cut", "more")]
    history = History(
        [
            record(Kind.RUN, steps=steps),
            record(Kind.SCRAPPED, step="cut", job="r.cut.1", tool="T", why="cut"),
            record(Kind.HELD, cause="scrapped", why="", step="more", job=""),
            record(Kind.ENDED, outcome="held", why=""),
        ]
    )
    refused = obstacle("r", history)
    assert "--step more --answer scrap --by" in refused.do
