"""A county's planes of a day as a file for whoever stands above: ids and bits, no name and no number of anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

import numpy as np

from qisong.coverage.asking import Question
from qisong.coverage.engine.plane_files import CountyPlanes, Heading, Ids
from qisong.coverage.engine.planes import Words
from qisong.coverage.index import Index, Standing, View, combine, view_of
from qisong.coverage.keys import member_id
from qisong.ledger.models import Item
from qisong.org import words
from qisong.org.terms import TermCategory, TreeView


def county_planes(as_of: date, *, above: Sequence[str] = ()) -> CountyPlanes:
    """What the county comes to on ``as_of`` in the tree of that day; ``above``: the codes of the units above it, the
    topmost first."""
    items = tuple(Item.objects.all())
    view = view_of(Question(items, as_of))
    planes: dict[str, Words] = {}
    for code, standing in standings(view):
        planes |= {f"owed:{code}": standing.owed, f"missing:{code}": standing.missing}
    for channel in words.terms(TermCategory.CHANNEL):
        for code, standing in standings(view_of(Question(items, as_of, TreeView.THEN, channel.code))):
            planes[f"received:{code}:{channel.code}"] = standing.owed & ~standing.missing
    index, tree = view.index, view.index.placing.shown
    planes |= {f"circumstance:{kind}": index.circumstance(kind) for kind in sorted(index.kinds)}
    codes = tuple(tree.nodes[unit].code for unit in tree.order)
    heading = Heading(
        path=(*above, codes[0]),
        as_of=as_of.isoformat(),
        store=str(index.county.epoch),
        seq=index.county.seq,
        people=len(index.planes.who),
        units=codes,
        planes=tuple(planes),
    )
    return CountyPlanes(heading, index.planes.layout, ids_of(index), planes)


def standings(view: View) -> Iterator[tuple[str, Standing]]:
    """Each item that is owed to anybody, by its code."""
    for item in dict.fromkeys(claim.item for claim, _ in view.lines):
        yield item.code, combine(view.of_item(item))


def ids_of(index: Index) -> Ids:
    """Members go by their globally unique id; a unit as a recipient has none, its code says who it is."""
    ids = np.zeros((len(index.planes.who), 16), np.uint8)
    for place in range(len(ids)):
        if member := member_id(index.key(place)):
            ids[place] = np.frombuffer(UUID(str(member)).bytes, np.uint8)
    return ids
