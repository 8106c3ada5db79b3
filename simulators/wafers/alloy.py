"""A film on copper in one column: eaten by a temperature history, in whatever tool it happens."""

from dataclasses import replace

from simulators.physics import reaction
from simulators.wafers.stack import Column, Layer, tidy

METAL = "Cu"


def react(column: Column, warmth: reaction.Warmth, job: str) -> Column:
    """The column after the film has reacted with the copper that it lies on, if it does.

    Needs copper, then nothing but the reaction's own products, then a film that reacts.
    """
    place = _film(column)
    if place is None:
        return column
    couple = reaction.COUPLES[column[place].material]
    if column[place].material == "Sn":
        column = _eat(column, place, reaction.COLD_TIN, warmth.cold_tin, job)
        if warmth.hottest > reaction.COLD_LIMIT_DEGC:
            column = _converted(column, job)
        place = _film(column)
        if place is None:
            return column
    added = warmth.growth(couple)
    if added <= 0:
        return column
    before = _thickness(column, couple.product)
    grown = reaction.thickness_after(before, added) - before
    return _eat(column, place, couple, grown / couple.made, job)


def _film(column: Column) -> int | None:
    """The index of a film that can reach copper: through its own products at most."""
    for place in range(len(column) - 1, 0, -1):
        couple = reaction.COUPLES.get(column[place].material)
        if couple is None:
            continue
        products = {couple.product, reaction.COLD_TIN.product, couple.residue}
        below = place - 1
        while below > 0 and column[below].material in products:
            below -= 1
        if column[below].material == METAL:
            return place
    return None


def _thickness(column: Column, material: str) -> float:
    return sum(layer.thickness for layer in column if layer.material == material)


def _eat(column: Column, place: int, couple: reaction.Couple, film_nm: float, job: str) -> Column:
    """Let `film_nm` of the part of the film that reacts be eaten, if film and copper last."""
    metal = max(i for i in range(place) if column[i].material == METAL)
    film = column[place]
    eaten = min(film_nm, film.thickness * couple.reacts, column[metal].thickness / couple.copper)
    if eaten <= 0:
        return column
    layers = list(column)
    layers[metal] = replace(
        layers[metal], thickness=layers[metal].thickness - eaten * couple.copper
    )
    layers[place] = replace(film, thickness=film.thickness - eaten / couple.reacts)
    _add(layers, metal, Layer(couple.product, eaten * couple.made, job))
    if couple.residue:
        rest = Layer(couple.residue, eaten / couple.reacts - eaten, film.job)
        layers.append(rest)
    return tidy(layers)


def _add(layers: list[Layer], metal: int, product: Layer) -> None:
    """Thicken the product right above the metal, or begin it there."""
    above = metal + 1
    if layers[above].material == product.material:
        old = layers[above]
        layers[above] = replace(old, thickness=old.thickness + product.thickness)
    else:
        layers.insert(above, product)


def _converted(column: Column, job: str) -> Column:
    """Cu6Sn5 becomes Cu3Sn when it gets warm, and takes the copper that this needs."""
    cold, warm = reaction.COLD_TIN, reaction.COUPLES["Sn"]
    for place in range(1, len(column)):
        layer = column[place]
        if layer.material != cold.product:
            continue
        tin = layer.thickness / cold.made
        metal = max(i for i in range(place) if column[i].material == METAL)
        layers = list(column)
        needed = tin * (warm.copper - cold.copper)
        kept = max(0.0, layers[metal].thickness - needed)
        layers[metal] = replace(layers[metal], thickness=kept)
        layers[place] = replace(layer, material=warm.product, thickness=tin * warm.made, job=job)
        return tidy(layers)
    return column
