"""Small dictionary and fab files to load."""

from pathlib import Path

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.dictionary_file import load_dictionary

DICTIONARY = """\
tool: {id: CVD9, kind: cvd, mdln: FAB-CVD, softrev: "1.0.0", wafer: 200 mm}
chambers: {film: [Sn, Al], pecvd: [SiOC]}
states: {0: INIT, 1: IDLE}
variables:
  - {vid: 1001, class: SV, name: Clock, format: A}
  - {vid: 1102, class: SV, name: HeaterTemp, format: F4, unit: degC, signal: temperature}
  - {vid: 2001, class: DV, name: AlarmID, format: U4}
events:
  - {ceid: 8, name: ProcessingStarted, report: [Clock]}
alarms:
  - {alid: 1, name: TooHot, text: too hot, category: 2, reaction: abort}
commands:
  - {rcmd: START, params: [{name: LOTID, format: A}], states: [IDLE], done: ProcessingStarted}
recipe:
  blocks:
    - ccode: 101
      name: HEAT
      params:
        - {name: Temp, format: F4, unit: degC, min: 20, max: 450}
        - {name: Chamber, format: A, words: [film, pecvd]}
    - ccode: 102
      name: DEPOSIT
      params:
        - {name: Thickness, format: F4, unit: Å, min: 1, max: 20000}
        - {name: Material, format: A}
        - {name: Gap, format: U2, unit: mil, min: 200, max: 600}
templates:
  - operation: deposit
    when: {chamber: film, material: [Sn, Al]}
    blocks:
      - HEAT: {Temp: $temperature, Chamber: film}
      - DEPOSIT: {Thickness: $thickness, Material: $material, Gap: 320}
  - operation: deposit
    when: {chamber: pecvd, material: SiOC}
    blocks:
      - HEAT: {Temp: $temperature, Chamber: pecvd}
      - DEPOSIT: {Thickness: $thickness, Material: SiOC, Gap: 320}
      - HEAT: {Temp: 20, Chamber: pecvd}
watches:
  - {operation: deposit, period: 2 s, variables: [HeaterTemp]}
"""


def write(folder: Path, text: str = DICTIONARY, name: str = "CVD9.yaml") -> Path:
    """Write a file and give its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, old: str = "", new: str = "") -> Dictionary:
    """The dictionary, with a text in its file replaced."""
    assert old in DICTIONARY
    return load_dictionary(write(folder, DICTIONARY.replace(old, new, 1) if old else DICTIONARY))
