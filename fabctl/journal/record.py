"""A record, its canonical text, and the hash that chains it to the record before."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

_ENCODER = msgspec.json.Encoder(order="sorted")

GENESIS = "0" * 64
"""What stands for the hash before the first record of a run."""


class Record(Struct, frozen=True):
    """One thing that happened in a run. `at` is UTC, ISO 8601; `body` is plain JSON."""

    run: str
    seq: int
    at: str
    kind: str
    body: Mapping[str, Any]
    previous: str
    hash: str


class Request(Struct, frozen=True):
    """What a person at another terminal asked of the process that owns the run."""

    id: int
    action: str
    by: str
    reason: str
    at: str


def canonical(value: object) -> str:
    """JSON in its one form here: sorted keys, no blanks, real characters, finite numbers only.

    Raises ValueError for NaN and infinities, and TypeError for what is neither plain nor one of the
    values that msgspec writes as such.
    """
    text = _ENCODER.encode(value).decode()
    if "null" in text:  # the encoder's word for NaN and infinities, too
        json.dumps(value, allow_nan=False)
    return text


def chained(run: str, seq: int, at: str, kind: str, body: str, previous: str) -> str:
    """The sha-256, in hex, of a record's canonical JSON; `body` is canonical text already."""
    return hashlib.sha256(_line(run, seq, at, kind, body, previous)).hexdigest()


def exported(run: str, seq: int, at: str, kind: str, body: str, previous: str, digest: str) -> str:
    """A record as one line of the export: its canonical JSON with its hash, no line end."""
    return _line(run, seq, at, kind, body, previous, hash=digest).decode()


def _line(run: str, seq: int, at: str, kind: str, body: str, previous: str, **digest: str) -> bytes:
    # The body's bytes are hashed as they are stored, not as a parser understood them; in a damaged
    # file they may be no text.
    raw = msgspec.Raw(str(body).encode())
    record = {"run": run, "seq": seq, "at": at, "kind": kind, "body": raw, "previous": previous}
    return _ENCODER.encode({**record, **digest})
