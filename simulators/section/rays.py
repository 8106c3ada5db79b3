"""Where straight ways lead through a body: all ways and all sides of the body at once."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from simulators.section.surface import Floats


class Rays:
    """Straight ways from some places, each so far: where they lead through a body."""

    def __init__(self, start: Floats, direction: Floats, reach: Floats, body: BaseGeometry) -> None:
        rings = shapely.get_rings(shapely.get_parts(body))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        joined = ring[:-1] == ring[1:]
        corner, side = points[:-1][joined], np.diff(points, axis=0)[joined]
        # start + t direction = corner + u side
        cross = direction[:, :1] * side[:, 1] - direction[:, 1:] * side[:, 0]
        apart = corner - start[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (apart[..., 0] * side[:, 1] - apart[..., 1] * side[:, 0]) / cross
            u = (apart[..., 0] * direction[:, 1:] - apart[..., 1] * direction[:, :1]) / cross
        met = (u >= 0) & (u <= 1) & (t > 0) & (t < reach[:, None])
        most = int(met.sum(axis=1).max(initial=0))
        # those that are not met stand at the end, as pieces without length
        t = np.sort(np.where(met, t, reach[:, None]), axis=1)[:, :most]
        self._cuts = np.column_stack([np.zeros(len(start)), t, reach])
        middles = (self._cuts[:, 1:] + self._cuts[:, :-1]) / 2
        at = start[:, None] + middles[..., None] * direction[:, None]
        shapely.prepare(body)
        self._inside = shapely.contains_xy(body, at.reshape(-1, 2)).reshape(middles.shape)
        self._inside &= np.diff(self._cuts, axis=1) > 0

    def within(self) -> Floats:
        """How much (nm) of each way leads through the body."""
        length: Floats = np.where(self._inside, np.diff(self._cuts, axis=1), 0.0).sum(axis=1)
        return length

    def first_met(self) -> Floats:
        """How far (nm) it is to the body; 0 where a way never comes to it."""
        found: Floats = self._cuts[np.arange(len(self._cuts)), self._inside.argmax(axis=1)]
        return found

    def way_out(self) -> Floats:
        """How far (nm) it is until a way leads out of the body; all of it where it never does."""
        ends = np.where(self._inside, np.inf, self._cuts[:, :-1]).min(axis=1)
        out: Floats = np.minimum(ends, self._cuts[:, -1])
        return out
