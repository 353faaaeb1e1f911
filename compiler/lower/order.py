"""The order of execution: the topological order in which the fewest bytes are live at the peak.

What is live after some nodes have run, and what running one more takes, depends on which have run,
not on their order: a search over these sets, those of least peak first, is exact (with more than
MOST_SETS of them, what it has not seen still bounds the peak from below, and a beam search finds an
order). No order's peak is below what has to be live while a node runs: what is made before it in
every order and read by it or after it. A node, or a run of nodes that each read the one before,
that takes no more than that or the peak so far and leaves no more bytes live than before runs at
once: waiting could not help. Once all that comes before a node in every order has run, how is
forgotten.
Nodes with side effects (variables, subgraphs) stay where they are, everything else on its side of
them.

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
        self._follow()

    def _follow(self) -> None:
        """What runs before and after each node in every order, and where those are all others."""
        self.before, self.after = [0] * self.count, [0] * self.count
        for i, step in enumerate(self.steps):
            for j in _bits(step.needs):
                self.before[i] |= self.before[j] | 1 << j
        for i, before in enumerate(self.before):
            for j in _bits(before):
                self.after[j] |= 1 << i
        self.readers_of = [
            [i for i in _bits(after) if self.follows(i, last)]
            for last, after in enumerate(self.after)
        ]
        around = zip(self.before, self.after, strict=True)
        self.narrow = {
            before | 1 << i
            for i, (before, after) in enumerate(around)
            if (before | after).bit_count() == self.count - 1
        }

    def least(self) -> int:
        """The most that has to be live while some node runs, whatever the order."""
        end = 1 << self.count
        at_last = sum(n for b, n in self.size.items() if self.readers[b] & end)
        return max([self.at_first, at_last, *map(self._least_at, range(self.count))])

    def _least_at(self, i: int) -> int:
        step, later = self.steps[i], self.after[i] | 1 << self.count
        there = {b for b in self.size if b in self.given or self.writers[b] & self.before[i]}
        live = {b for b in there if b in step.reads or self.readers[b] & later}
        begun = {b for b in step.writes if b in there}
        may = {b for b in step.reads if not self.readers[b] & later} if not begun else set()
        saved = max((n for b, n in step.overlaps if b in may), default=0)
        new = sum(self.size[b] for b in step.writes if b not in begun)
        return sum(self.size[b] for b in live) + new + step.scratch - saved

    def ready(self, done: int) -> list[int]:
        return [
            i for i, step in enumerate(self.steps) if not done >> i & 1 and step.needs & ~done == 0
        ]

    def ready_behind(self, last: int, done: int) -> int:
        """A node that reads what `last` has written and is ready; -1: there is none."""
        ready = (i for i in self.readers_of[last] if not self.steps[i].needs & ~done)
        return next(ready, -1)

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


@dataclass(frozen=True, order=True)
class _Move:
    """Nodes to run next, the most that is live meanwhile, and what is live after them."""

    during: int
    live: int
    nodes: Order


class _Found:
    """Sets reached, each with the nodes that were run last on the way there of least peak."""

    def __init__(self) -> None:
        self.came: dict[int, Order] = {}

    def order(self, done: int) -> Order:
        steps: list[int] = []
        while done:
            nodes = self.came[done]
            steps += reversed(nodes)
            done &= ~_set(nodes)
        return tuple(reversed(steps))


def _search(bytes_of: _Bytes, known: int) -> tuple[Order, int]:
    """The order of least peak, or a good one, and a bound that no order's peak is below. The peak
    of the graph's own is `known`; it is kept where none needs less."""
    own = tuple(range(bytes_of.count))
    everything = (1 << bytes_of.count) - 1
    found = _Found()
    passed = 0  # what ran before a node that stands between all others
    # Of equal peaks those that are further; of these the ones that go on along a branch.
    first = bytes_of.least(), 0, False, (), 0, bytes_of.at_first
    queue: list[tuple[int, int, bool, Order, int, int]] = [first]
    looked = 0
    while queue and queue[0][0] < known and looked < MOST_SETS:
        peak, _, _, nodes, done, live = heapq.heappop(queue)
        if done in found.came or passed & ~done:
            continue
        looked += 1
        found.came[done] = nodes
        if done == everything:
            return found.order(done), peak
        if done in bytes_of.narrow:
            passed = done
        for move in _moves(bytes_of, done, live, peak, nodes[-1] if nodes else -1):
            more = done | _set(move.nodes)
            if more not in found.came and (most := max(peak, move.during)) < known:
                along = bytes_of.follows(move.nodes[0], nodes[-1]) if nodes else False
                rank = -more.bit_count(), not along, move.nodes
                heapq.heappush(queue, (most, *rank, more, move.live))
    if not queue or queue[0][0] >= known:
        return own, known
    beams = (_beam(bytes_of, start) for start in (bytes_of.least(), bytes_of.at_first))
    order = min(beams, key=bytes_of.peak)
    return (order if bytes_of.peak(order) < known else own), queue[0][0]


def _moves(bytes_of: _Bytes, done: int, live: int, peak: int, last: int) -> list[_Move]:
    """What to try next: one thing, where it costs nothing to run it now."""
    moves = []
    for i in bytes_of.ready(done):
        during, after = bytes_of.run(done, live, i)
        moves.append(_Move(during, after, (i,)))
    free = [m for m in moves if m.during <= peak and m.live <= live]
    along = [m for m in free if bytes_of.follows(m.nodes[0], last)]
    if along or free:
        return (along or free)[:1]
    runs = (_run(bytes_of, done, live, peak, m) for m in moves if m.during <= peak)
    return [r for r in runs if r is not None][:1] or moves


def _run(bytes_of: _Bytes, done: int, live: int, peak: int, move: _Move) -> _Move | None:
    """A move and what each time reads what the last node has written, until no more is live than
    before: each beginning of such a run leaves more, so that its rest frees bytes whenever it
    runs."""
    during, after, nodes = move.during, move.live, move.nodes
    while after > live:
        done |= 1 << nodes[-1]
        i = bytes_of.ready_behind(nodes[-1], done)
        if i < 0:
            return None
        most, after = bytes_of.run(done, after, i)
        if most > peak:
            return None
        during, nodes = max(during, most), (*nodes, i)
    return _Move(during, after, nodes)


def _beam(bytes_of: _Bytes, start: int) -> Order:
    """A good order: of the sets of as many nodes those of least peak, of these the ones with least
    live. Peaks below that of the start make no difference."""
    levels: list[dict[int, tuple[int, int, Order]]] = [{} for _ in range(bytes_of.count + 1)]
    levels[0][0] = start, bytes_of.at_first, ()
    for level in levels[:-1]:
        kept = sorted(level.items(), key=lambda item: item[1])[:BEAM]
        for done, (peak, live, order) in kept:
            for move in _moves(bytes_of, done, live, peak, order[-1] if order else -1):
                more = done | _set(move.nodes)
                reached = levels[more.bit_count()]
                found = max(peak, move.during), move.live, (*order, *move.nodes)
                if more not in reached or found < reached[more]:
                    reached[more] = found
    return min(levels[-1].values())[2]


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


def _set(nodes: Order) -> int:
    """As bits."""
    return sum(1 << i for i in nodes)


def _bits(nodes: int) -> Iterator[int]:
    while nodes:
        yield (nodes & -nodes).bit_length() - 1
        nodes &= nodes - 1
