"""A process program's blocks as segments of a 2400's programmer, and back."""

from collections.abc import Sequence
from fractions import Fraction

from fabctl.instruments.eurotherm import Segment, SegmentType
from fabctl.quantities import exact
from fabctl.tools.port import Block

MOST_SEGMENTS = 7
"""As many as one reading of the store brings, without the one that carries the job's mark."""


def segments_of(blocks: Sequence[Block]) -> list[Segment]:
    """The segments of a program; a block's code is its segment's type.

    ``RAMP`` is (target, rate, outputs), ``DWELL`` (seconds, outputs), ``END`` (outputs). Raises
    ValueError for anything else.
    """
    segments = []
    for block in blocks:
        kind = SegmentType(block.ccode)
        *numbers, outputs = block.parameters
        values = [_exact(each) for each in numbers]
        match kind, values:
            case SegmentType.RAMP_RATE, [target, rate]:
                segments.append(Segment(kind, target, rate, int(outputs)))
            case SegmentType.DWELL, [seconds]:
                segments.append(Segment(kind, amount=seconds, outputs=int(outputs)))
            case SegmentType.END, []:
                segments.append(Segment(kind, outputs=int(outputs)))
            case _:
                raise ValueError(f"a segment {kind.name} of {len(values)} values is not used here")
    if not 1 < len(segments) <= MOST_SEGMENTS:
        raise ValueError(f"{len(segments)} segments, at most {MOST_SEGMENTS}")
    return segments


def blocks_of(segments: Sequence[Segment]) -> tuple[Block, ...]:
    """The blocks that segments stand for, up to and with the first end. Raises ValueError."""
    blocks = []
    for segment in segments:
        match segment.type:
            case SegmentType.RAMP_RATE:
                numbers: tuple[Fraction, ...] = (segment.target, segment.amount)
            case SegmentType.DWELL:
                numbers = (segment.amount,)
            case SegmentType.END:
                numbers = ()
            case _:
                raise ValueError(f"a segment {segment.type.name} is not used here")
        blocks.append(Block(segment.type, (*map(float, numbers), segment.outputs)))
        if segment.type is SegmentType.END:
            return tuple(blocks)
    raise ValueError("a program without an end")


def _exact(number: float | str) -> Fraction:
    return exact(float(number), 8)
