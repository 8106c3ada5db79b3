"""Our SARIF before its makers' schema and validator: sarif-multitool (npm, MIT)."""

import json
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest

pytestmark = pytest.mark.long

AUDITS = {
    "legal": ("cap-line",),
    "illegal": ("cap-line", "--set", "film-1.thickness=501 Å"),
    "unreadable": ("bad.yaml",),
    "folder": (".",),
}


@pytest.fixture
def audits(fabctl, tmp_path, monkeypatch):
    """One document of each sort."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text("sequence: 6:40\nsteps: [&a]\n")
    return {
        name: fabctl("audit", *words, "--format", "sarif").document
        for name, words in AUDITS.items()
    }


@pytest.fixture
def schema(peer):
    """Gives whether the schema that comes with the validator takes a document."""
    package = Path(peer("sarif-multitool")).resolve().parent
    (found,) = package.rglob("sarif-2.1.0.json")
    return jsonschema_rs.validator_for(json.loads(found.read_text("utf-8"))).is_valid


def complaints(program, folder, documents):
    """Errors of the validator; it prints none of a document that breaks the schema."""
    for name, document in documents.items():
        (folder / f"{name}.sarif").write_text(json.dumps(document, indent=2))
    files = [str(folder / f"{name}.sarif") for name in documents]
    done = subprocess.run(
        [program, "validate", *files], capture_output=True, text=True, check=False
    )
    assert f"{len(files)} files scanned" in done.stdout, done
    return [line for line in done.stdout.splitlines() if ": error " in line]


def test_no_audit_breaks_the_schema(audits, schema):
    assert {name: schema(document) for name, document in audits.items()} == dict.fromkeys(
        AUDITS, True
    )


def test_the_schema_is_no_friend_of_all(audits, schema):
    audits["illegal"]["runs"][0]["results"][0]["level"] = "fatal"
    assert not schema(audits["illegal"])


def test_no_audit_breaks_a_rule_of_the_validator(audits, peer, tmp_path):
    assert complaints(peer("sarif-multitool"), tmp_path, audits) == []


def test_the_validator_is_no_friend_of_all(audits, peer, tmp_path):
    (location,) = audits["illegal"]["runs"][0]["results"][0]["locations"]
    location["physicalLocation"]["artifactLocation"]["uri"] = "/from/the/root.yaml"
    found = complaints(peer("sarif-multitool"), tmp_path, {"wrong": audits["illegal"]})
    assert any("SARIF1004" in each for each in found)
