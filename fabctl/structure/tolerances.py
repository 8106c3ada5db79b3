"""Every tolerance of a predicate, in one place."""

CONTACT = 0.05
"""nm: two boundaries nearer than this touch."""
ENCLOSED = 0.999
"""Share of a perimeter that must be covered."""
FILLED = 0.985
"""Share of an opening's area that must be taken: a hole left in a trench leaves 0.977, dishing of
2 nm on an opening of 50 nm 0.990."""
INSIDE = 0.9
"""Share of an area that must lie in the opening or gap."""
STEP = 20.0
"""nm by which the upper part of a stepped window must be wider than the lower, on both sides."""
LEAST_CONTACT = 1.0
"""nm of common boundary below which two bodies only graze each other."""
RIM = 2.0
"""nm by which the tops of a resist's bodies may differ, as developer takes a little of each."""
FOLDED = 0.3
"""A body whose mean thickness is less than this share of its height is a folded film."""
