"""Whether a claim stands in a run: every element bound to what was done to the wafer.

Elements find their deposits, openings and steps by what these did, never by a name or a place in
a file; effects are judged right after their step, structures on the finished wafer. What fills an
opening and protects it must last: a level's copper and its layer are looked at again at the level's
end. What was not measured is not shown.
"""
