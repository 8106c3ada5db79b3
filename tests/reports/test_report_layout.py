"""The report in a real browser: nothing is printed over anything else, on screen or on paper."""

import html
import json
import re

import pytest
from browser import shown
from test_report_page import CHART, report

from fabctl.reports.html.page import page

SCREENS = (600, 700, 900, 1080)
PAPER = (605, 718, 740)
"""px: A4 with margins of 25 mm, and A4 and Letter with those that browsers have."""
MEASURE = """
<script>
const found = {};
for (const frame of document.querySelectorAll("iframe")) {
  frame.onload = () => {
    const cells = [...frame.contentDocument.querySelectorAll("#claims th, #claims td")];
    found[frame.title] = cells.map((cell) => {
      const text = document.createRange();
      text.selectNodeContents(cell);
      const over = text.getBoundingClientRect().right - cell.getBoundingClientRect().right;
      const lines = new Set([...text.getClientRects()].map((each) => Math.round(each.bottom)));
      return [cell.innerText, Math.round(over), lines.size];
    });
    document.getElementById("found").textContent = JSON.stringify(found);
  };
  frame.srcdoc = frame.dataset.page;
}
</script>
"""
LONGEST = {
    "element": "resist.10.a",
    "standing": "not practised",
    "by": ["a-step-with-an-uncommonly-long-name", "ameasurementwithoutanyhyphens"],
    "evidence": "100 ± 2.4 Å at dry-cap-two-level-silicon-342cdd156d.measure-film-1.1",
}


def printed(text):
    """The page as its printing styles show it."""
    assert "@media print" in text
    return text.replace("@media screen", "@media speech").replace("@media print", "@media all")


@pytest.mark.long
@pytest.mark.wire
def test_no_cell_of_the_claim_chart_is_printed_over_the_next(peer, tmp_path):
    chromium = peer("chromium")
    (claim,) = CHART
    (element,) = claim["elements"]
    words = ("satisfied", "not satisfied", "not shown", "not practised")
    rows = [{**element, **LONGEST, "standing": each} for each in words]
    text = page(report(chart=[{**claim, "elements": rows}]))
    frames = [(f"{px} px", px, text) for px in SCREENS]
    frames += [(f"paper of {px} px", px, printed(text)) for px in PAPER]
    around = tmp_path / "around.html"
    around.write_text(
        '<meta charset="utf-8"><p id="found"></p>'
        + "".join(
            f'<iframe title="{name}" width="{px}" data-page="{html.escape(made)}"></iframe>'
            for name, px, made in frames
        )
        + MEASURE,
        "utf-8",
    )
    (told,) = re.findall(r'<p id="found">(.*?)</p>', shown(chromium, around))
    found = json.loads(html.unescape(told))
    assert found.keys() == {name for name, _, _ in frames}
    assert all(len(cells) == 6 * (1 + len(words)) for cells in found.values())
    over = {name: [each for each in cells if each[1] > 0] for name, cells in found.items()}
    assert {name: cells for name, cells in over.items() if cells} == {}
    names = [each for cells in found.values() for each in cells if each[0] == LONGEST["element"]]
    assert {lines for _, _, lines in names} == {1}
