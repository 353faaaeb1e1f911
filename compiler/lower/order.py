"""The order of execution: the topological order in which the fewest bytes are live at the peak.

What is live after some nodes have run, and what running one more takes, depends on which have run,
not on their order: a search over these sets, those of least peak first, is exact (with more than
MOST_SETS of them, what it has not seen still bounds the peak from below, and a beam search finds an
order). A node that takes no more than the peak so far and leaves no more bytes live than before
runs at once: waiting could not help. Nodes with side effects (variables, subgraphs) stay where they
are, everything else on its side of them.

Bytes are those of whole layers: buffers, scratch, and one overlap of output and input a node. Which
order is best with depth-first regions and offsets, only the plan shows: see place.place.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..ir import Graph, Node, TensorId
from ..placement import BufferId, OrderProof
from ..program import Alias, Kernel, Subprogram
from ..target import Target
from .kernels import Answers, kernels
from .storage import Storage, assign, whole_distances

MOST_SETS = 3000  # that the exact search looks at
MOST_NODES = 60  # of a graph for which several orders are planned
BEAM = 48  # sets of one size that the beam search keeps

Order = tuple[int, ...]  # nodes by their place in the graph


@dataclass(frozen=True)
class Orders:
    """Orders worth a plan besides the graph's own, the most live bytes of each (the graph's own
    first), and what no order can do with less of."""

    others: tuple[Order, ...]
    live: tuple[int, ...]
    least: int

    def proof(self, number: int) -> OrderProof:
        """What is known of the graph's own order (0), or of one of the others."""
        return OrderProof(number > 0, self.live[number], self.least)


def is_free(graph: Graph) -> bool:
    """Whether there is more than one order."""
    before = _needed(graph)
    return any(not before[i] >> (i - 1) & 1 for i in range(1, len(graph.nodes)))


def orders(
    graph: Graph,
    target: Target,
    called: Mapping[int, Subprogram],
    prefix: str,
    answers: Answers | None = None,
) -> Orders:
    """The order of least peak and, for a graph that is not large, one that follows branches to
    their ends, where they differ from the graph's own. `called`, `prefix`, `answers`: see
    lower.lower."""
    _, lowered = kernels(graph, target, called, prefix, answers=answers)
    storage = assign(graph, lowered, target.align)
    bytes_of = _Bytes(graph, lowered, storage)
    own = tuple(range(len(graph.nodes)))
    live = [bytes_of.peak(own)]
    found, least = _search(bytes_of, live[0])
    others = []
    tried = (found, _along_branches(bytes_of)) if len(own) <= MOST_NODES else (found,)
    for order in tried:
        if order != own and order not in others:
            others.append(order)
            live.append(bytes_of.peak(order))
    return Orders(tuple(others), tuple(live), least)


def reordered(graph: Graph, order: Order) -> Graph:
    """The graph with its nodes in that order."""
    return graph.replace(nodes=tuple(graph.nodes[i] for i in order))


def _needed(graph: Graph) -> list[int]:
    """For each node the nodes that run before it, as bits."""
    made = {t: i for i, n in enumerate(graph.nodes) for t in n.outputs}
    before = []
    fence = 0  # the last node with side effects, and all before it
    for i, node in enumerate(graph.nodes):
        needs = fence
        for t in node.inputs:
            needs |= 1 << made[t] if t in made else 0
        if _has_effects(graph, node):
            needs = fence = (1 << i) - 1
            fence |= 1 << i
        before.append(needs)
    return before


def _has_effects(graph: Graph, node: Node) -> bool:
    variables = {v.tensor for v in graph.variables}
    return bool(node.op.UPDATES or node.op.called() or variables.intersection(node.inputs))


@dataclass(frozen=True)
class _Step:
    """What a node does to the bytes. `overlaps`: the buffer it writes may overlap these, by so many
    bytes, where they die."""

    needs: int
    reads: tuple[BufferId, ...]
    writes: tuple[BufferId, ...]
    scratch: int
    overlaps: tuple[tuple[BufferId, int], ...]


class _Bytes:
    """What is live, for sets of nodes that have run, given as bits."""

    def __init__(self, graph: Graph, lowered: Sequence[Kernel | Alias], storage: Storage) -> None:
        buffers = storage.buffers
        self.size = {b: x.bytes for b, x in buffers.items()}
        self.readers = dict.fromkeys(buffers, 0)
        self.writers = dict.fromkeys(buffers, 0)
        places = storage.places
        self.steps: list[_Step] = []
        needed = _needed(graph)
        for i, (node, how) in enumerate(zip(graph.nodes, lowered, strict=True)):
            reads = _buffers_of(node.inputs, storage)
            writes = _buffers_of(node.outputs, storage)
            for b in reads:
                self.readers[b] |= 1 << i
            for b in writes:
                self.writers[b] |= 1 << i
            scratch = how.scratch_bytes if isinstance(how, Kernel) else 0
            overlaps = tuple(_overlaps(graph, node, how, storage))
            self.steps.append(_Step(needed[i], reads, writes, scratch, overlaps))
        for t in graph.outputs:  # read when all has run
            if t in places and places[t].buffer in buffers:
                self.readers[places[t].buffer] |= 1 << len(graph.nodes)
        given = (places[t].buffer for t in graph.inputs)
        self.at_first = sum(self.size[b] for b in set(given) if self.readers[b])
        self.given = frozenset(places[t].buffer for t in graph.inputs)
        self.count = len(graph.nodes)

    def ready(self, done: int) -> list[int]:
        return [
            i for i, step in enumerate(self.steps) if not done >> i & 1 and step.needs & ~done == 0
        ]

    def run(self, done: int, live: int, i: int) -> tuple[int, int]:
        """The bytes live while node i runs, and after it."""
        step = self.steps[i]
        after = done | 1 << i
        begun = {b for b in step.writes if b in self.given or self.writers[b] & done}
        new = sum(self.size[b] for b in step.writes if b not in begun)
        dying = {b for b in step.reads if not self.readers[b] & ~after}
        may = dying if not begun else set()
        saved = max((n for b, n in step.overlaps if b in may), default=0)
        unread = {b for b in step.writes if not self.readers[b] & ~after}
        freed = sum(self.size[b] for b in dying | unread)
        return live + new + step.scratch - saved, live + new - freed

    def peak(self, order: Order) -> int:
        done, live, peak = 0, self.at_first, self.at_first
        for i in order:
            during, live = self.run(done, live, i)
            peak = max(peak, during)
            done |= 1 << i
        return peak

    def follows(self, i: int, last: int) -> bool:
        """Whether node i reads what `last` has written."""
        return last >= 0 and bool(set(self.steps[i].reads) & set(self.steps[last].writes))


def _buffers_of(tensors: Sequence[TensorId | None], storage: Storage) -> tuple[BufferId, ...]:
    found = (storage.places[t].buffer for t in tensors if t is not None and t in storage.places)
    return tuple(dict.fromkeys(b for b in found if b in storage.buffers))


def _overlaps(
    graph: Graph, node: Node, how: Kernel | Alias, storage: Storage
) -> Iterator[tuple[BufferId, int]]:
    """The inputs that the node's output may start in, and the bytes that it saves."""
    if isinstance(how, Alias) or len(node.outputs) != 1:
        return
    out = storage.buffers.get(storage.places[node.outputs[0]].buffer)
    for index, distance in whole_distances(graph, node, how).items():
        t = node.inputs[index]
        into = storage.places[t].buffer if t is not None and t in storage.places else -1
        if out is not None and into in storage.buffers:
            a, b = storage.buffers[into].bytes, out.bytes
            yield into, a + b - min(max(a + max(distance, 0), b), a + b)


class _Found:
    """Sets reached, each with the least peak on a way there, and that way's last node."""

    def __init__(self) -> None:
        self.came: dict[int, int] = {}

    def order(self, done: int) -> Order:
        steps = []
        while done:
            i = self.came[done]
            steps.append(i)
            done &= ~(1 << i)
        return tuple(reversed(steps))


def _search(bytes_of: _Bytes, known: int) -> tuple[Order, int]:
    """The order of least peak, or a good one, and a bound that no order's peak is below. The peak
    of the graph's own is `known`; it is kept where none needs less."""
    own = tuple(range(bytes_of.count))
    everything = (1 << bytes_of.count) - 1
    found = _Found()
    start = bytes_of.at_first
    # Of equal peaks those that are further; of these the ones that go on along a branch.
    queue: list[tuple[int, int, int, int, int, int, int]] = [(start, 0, 0, -1, 0, start, -1)]
    seen: Mapping[int, int] = found.came
    for _ in range(MOST_SETS):
        if not queue or queue[0][0] >= known:
            return own, known
        peak, _, _, _, done, live, last = heapq.heappop(queue)
        if done in seen:
            continue
        if last >= 0:
            found.came[done] = last
        if done == everything:
            return found.order(done), peak
        for i, during, after in _moves(bytes_of, done, live, peak, last):
            more = done | 1 << i
            if more not in seen and (most := max(peak, during)) < known:
                rank = -more.bit_count(), not bytes_of.follows(i, last), i
                heapq.heappush(queue, (most, *rank, more, after, i))
    least = min(queue[0][0], known) if queue else known
    order = _beam(bytes_of)
    return (order if bytes_of.peak(order) < known else own), least


def _moves(
    bytes_of: _Bytes, done: int, live: int, peak: int, last: int
) -> list[tuple[int, int, int]]:
    """The nodes to try next, with the bytes live during and after each: one, where it costs nothing
    to run it now."""
    moves = [(i, *bytes_of.run(done, live, i)) for i in bytes_of.ready(done)]
    free = [m for m in moves if m[1] <= peak and m[2] <= live]
    along = [m for m in free if bytes_of.follows(m[0], last)]
    return (along or free)[:1] or moves


def _beam(bytes_of: _Bytes) -> Order:
    """A good order: node by node the sets of least peak, of these the ones with least live."""
    level: list[tuple[int, int, int, Order]] = [(bytes_of.at_first, bytes_of.at_first, 0, ())]
    for _ in range(bytes_of.count):
        best: dict[int, tuple[int, int, int, Order]] = {}
        for peak, live, done, order in level:
            last = order[-1] if order else -1
            for i, during, after in _moves(bytes_of, done, live, peak, last):
                more = done | 1 << i
                found = max(peak, during), after, more, (*order, i)
                if more not in best or found < best[more]:
                    best[more] = found
        level = sorted(best.values())[:BEAM]
    return level[0][3]


def _along_branches(bytes_of: _Bytes) -> Order:
    """Each branch to its end before the next one begins: what regions are made of."""
    order: list[int] = []
    done = 0
    while len(order) < bytes_of.count:
        ready = bytes_of.ready(done)
        along = [i for last in reversed(order[-1:]) for i in ready if bytes_of.follows(i, last)]
        order.append((along or ready)[0])
        done |= 1 << order[-1]
    return tuple(order)
