"""Every tolerance of a predicate or of a claim's evidence, in one place."""

CONTACT = 0.05
"""nm: two boundaries nearer than this touch."""
LEAST_CONTACT = 1.0
"""nm of common boundary below which two bodies only graze each other."""
BESIDE = 1.0
"""nm: so far apart two bodies still lie side by side; and from the section's side, in the field."""
ROUNDED = 1e-6
"""nm by which rounding may move a common edge: nearer than this a crumb lies against a body."""
AREA_TOLERANCE = 1e-6
"""nm² by which the parts of a section may overlap or miss its domain: what rounding makes."""
GRID = 1e-9
"""nm: of an overlay that fails on what is not on one."""
AREA_FLOOR = 0.05
"""nm²: a piece smaller than this is a rounding crumb, not a part of the wafer."""
CRUMB = 1.0
"""nm² of which an etch or a reaction is said to have taken or made nothing."""
LEAK = 0.5
"""nm of an outline that may lie bare of what encloses or covers it: more than rounding leaves in
all, less than a slit that anything leaks through."""
FILLED = 0.99
"""Share of an opening's area that must be taken, dishing apart: a hole left in a trench leaves
0.977."""
DISHED = 20.0
"""nm by which what fills an opening may lie below its rim: what a good polish leaves."""
DISHED_DEPTH = 0.15
"""Share of its depth by which an opening may be dished: of a shallow one less is forgiven. A polish
that leaves 6 nm of dishing does so in a window of 59 nm too, a tenth of it."""
DISHED_SHARE = 0.5
"""Share of an opening, above and below where it is dished, that dishing may take: more, and it is
as good as empty there, however shallow."""
SUNK = 60.0
"""nm by which a polished metal may lie below its opening's rim; deeper, and it does not fill it."""
INSIDE = 0.9
"""Share of an area that must lie in the opening or gap."""
STEP = 20.0
"""nm by which the upper part of a stepped window must be wider than the lower, on either side, from
one height at which it is looked at to the next."""
LIFT = 0.5
"""nm by which a body is raised to see how much of it faces up into the open, or sunk, what it lies
on."""
FOOT, HEAD, LOOKS = 0.10, 0.90, 25
"""Shares of a window's height between which its walls are looked at, and at how many heights."""
RUN = 1.0
"""nm above a window's lowest point in which its foot is looked at: an etch's floor may slope."""
RIM = 2.0
"""nm by which the tops of a resist's bodies may differ, as developer takes a little of each."""
BEYOND = 10.0
"""nm by which a film must reach past its opening to lie over the dielectric too."""
OVERLAPPED = 20.0
"""nm by which an upper dielectric may reach below the top of the lower one, which a polish took."""
REACH = 100.0
"""nm below a via in which the body that it lays bare is looked for (a barrier may lie between)."""
UNDER = 5.0
"""nm beside and below a window within which the substrate that it lays bare is looked for."""
FLAT = 15.0
"""nm within which a levelled surface lies."""
TRENCH = FLAT
"""nm deeper than which a hollow is a trench: anything shallower still counts as level."""
ETCHED = 2.0
"""nm of a body that an etch must take to have part in a trench: what a clean takes is less."""
THINNEST = 1.0
"""nm of a protective layer: the thinnest film that the claim allows is 10 Å."""
READ = 2 * CONTACT
"""nm, and nm², to which a length or an area is read off a section: two boundaries that near are
one, at both ends of a length."""
THINNED = 0.01
"""Share of a film that a step must take for it to be thinner: half of what its thickness is known
to, and many times what it sinks by as it reacts at room temperature meanwhile."""
ALTERED = 0.01
"""Share of a dielectric that may have been damaged or cured since its k was measured: it moves k by
less than a third of what k is known to."""
FACING = -0.5
"""Cosine between the outward normals of two sides of a film, up to which they are its two faces: a
side at right angles to its base is the film's end, and no face."""
NEARBY = 1.2
"""Times a film's mean thickness within which its two faces are looked for at first."""
SIGHT = 1e-3
"""nm beside a corner or a side at which it is looked which side of it is solid, which in the open:
less than anything that is drawn, more than coordinates are rounded by."""
PLACES = 9
"""Abscissae along a body at which its height is looked at: odd, so that one of the heights is the
middle one, and enough for most to miss a window."""
FOLDED = 0.3
"""A body whose mean thickness is less than this share of its height is a folded film."""
