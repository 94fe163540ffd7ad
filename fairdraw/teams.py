"""Who goes (随机选派): the assignment of inspectors to seats. Source: spec/teams.md."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fairdraw.frame import Inspector
from fairdraw.refused import Refused, gettext_noop
from fairdraw.suite import hash_of
from fairdraw.visits import Seat, Visit, is_eligible

HEADER = "visit_id,seat,inspector_id,kind\n"


@dataclass(frozen=True, slots=True)
class Place:
    """A seat of a visit (numbered from 1) and who holds it, or stands by for it."""

    visit_id: str
    seat: int
    inspector_id: str


@dataclass(frozen=True, slots=True)
class Teams:
    """The teams of a ceremony: seats, ordered reserves, and the load everyone ends with."""

    seats: tuple[Place, ...]
    reserves: tuple[Place, ...]
    loads: Mapping[str, int]

    def to_csv(self) -> bytes:
        """The file `teams.csv`."""
        rows = [(place.visit_id, place.seat, 0, n, place, "drawn") for n, place in enumerate(self.seats)]
        rows += [(place.visit_id, place.seat, 1, n, place, "reserve") for n, place in enumerate(self.reserves)]
        rows.sort(key=lambda row: row[:4])
        lines = [f"{place.visit_id},{place.seat},{place.inspector_id},{kind}\n" for *_, place, kind in rows]
        return (HEADER + "".join(lines)).encode()


class Infeasible(Refused):
    """No assignment exists; `seats` can only be served by `inspectors`, who have `places` (Hall)."""

    def __init__(self, *, seats: tuple[tuple[str, int], ...], inspectors: tuple[str, ...], places: int) -> None:
        super().__init__(
            gettext_noop("这 %(n)s 个席位只能由这 %(m)s 名检查人员担任,而他们合计只有 %(k)s 个名额"),
            n=len(seats),
            m=len(inspectors),
            k=places,
        )
        self.seats = seats
        self.inspectors = inspectors
        self.places = places

    def __reduce__(self) -> tuple[object, ...]:
        """Let the explanation travel between processes."""
        return _infeasible, (self.seats, self.inspectors, self.places)


def _infeasible(seats: tuple[tuple[str, int], ...], inspectors: tuple[str, ...], places: int) -> Infeasible:
    return Infeasible(seats=seats, inspectors=inspectors, places=places)


def visit_order(visit_ids: Iterable[str], seed: str, suite: str = "SHA-256") -> list[str]:
    """Visits in the order in which they are assigned, and in which an inspector makes them."""
    return sorted(visit_ids, key=lambda visit_id: _object_key(seed, visit_id, suite))


def _object_key(seed: str, visit_id: str, suite: str) -> bytes:
    return hash_of(suite)(f"{seed}:object:{visit_id}".encode())


def assign_teams(
    *, visits: Iterable[Visit], inspectors: Iterable[Inspector], seed: str, suite: str = "SHA-256"
) -> Teams:
    """Draw the teams of all visits.

    Raises:
        Infeasible: no assignment exists; the exception says which seats lack whom.
    """
    board = _Board(visits, inspectors, seed, suite)
    for seat in range(len(board.visit_of)):
        board.fill(seat)
    board.balance()
    return board.teams()


_NOBODY = -1


class _Board:
    """The assignment while it is made.

    Visits, seats and inspectors are numbers here, in the orders of the seed. A search walks over nodes: seat s is the
    node s, inspector i is the node ~i (negative), so that one queue holds both.
    """

    def __init__(self, visits: Iterable[Visit], inspectors: Iterable[Inspector], seed: str, suite: str) -> None:
        self.h = hash_of(suite)
        keyed = sorted((_object_key(seed, visit.visit_id, suite), visit.visit_id, visit) for visit in visits)
        self.keys = [key for key, _, _ in keyed]
        self.visits = [visit for _, _, visit in keyed]
        self.inspectors = sorted(inspectors, key=lambda i: self.h(f"{seed}:inspector:{i.inspector_id}".encode()))
        self.ids = [inspector.inspector_id.encode() for inspector in self.inspectors]
        self.load = [inspector.load for inspector in self.inspectors]
        self.held: list[set[int]] = [set() for _ in self.inspectors]
        self.sits: list[dict[int, int]] = [{} for _ in self.visits]
        self.frozen: set[int] = set()
        self._pools: dict[tuple[Seat, str], list[int]] = {}
        self._orders: dict[tuple[int, Seat], list[int]] = {}
        self.visit_of: list[int] = []
        self.number_of: list[int] = []
        self.kind_of: list[Seat] = []
        for v, visit in enumerate(self.visits):
            eligible = {kind: len(self.able(v, kind)) for kind in set(visit.seats)}
            for number, kind in sorted(enumerate(visit.seats, start=1), key=lambda seat: (eligible[seat[1]], seat[0])):
                self.visit_of.append(v)
                self.number_of.append(number)
                self.kind_of.append(kind)
        self.holder = [_NOBODY] * len(self.visit_of)

    def able(self, v: int, kind: Seat) -> list[int]:
        """The eligible inspectors of a kind of seat of a visit, in no particular order."""
        visit = self.visits[v]
        pool = self._pools.get((kind, visit.region))
        if pool is None:
            anywhere = Visit("", "", visit.region, ())
            pool = [i for i, inspector in enumerate(self.inspectors) if is_eligible(inspector, kind, anywhere)]
            self._pools[kind, visit.region] = pool
        return [i for i in pool if visit.unit_id not in self.inspectors[i].recusals]

    def order(self, v: int, kind: Seat) -> list[int]:
        """The same in the visit's order."""
        order = self._orders.get((v, kind))
        if order is None:
            key, ids, h = self.keys[v], self.ids, self.h
            order = sorted(self.able(v, kind), key=lambda i: h(key + ids[i]))
            self._orders[v, kind] = order
        return order

    def has_room(self, i: int) -> bool:
        """Whether the ceremony may still add a visit."""
        return len(self.held[i]) < self.inspectors[i].capacity

    def fill(self, seat: int) -> None:
        """Steps 1 and 2: give the seat to the least loaded, else repair.

        Raises:
            Infeasible: there is no way.
        """
        v = self.visit_of[seat]
        free = [i for i in self.able(v, self.kind_of[seat]) if i not in self.sits[v] and self.has_room(i)]
        if free:
            least = min(self.load[i] for i in free)
            key, ids, h = self.keys[v], self.ids, self.h
            chosen = min((i for i in free if self.load[i] == least), key=lambda i: h(key + ids[i]))
            self._apply({seat: chosen})
            return
        came, ends = self._search([seat], at_most=max(self.load, default=0))
        if not ends:
            raise self._explanation(came)
        self._apply(self._changes(came, ends))

    def balance(self) -> None:
        """Step 3: lower the highest loads along alternating paths until none can be lowered."""
        while True:
            highest = max((load for i, load in enumerate(self.load) if i not in self.frozen), default=0)
            if highest <= 1:
                return
            roots = [~i for i, load in enumerate(self.load) if load == highest and i not in self.frozen]
            came, ends = self._search(roots, at_most=highest - 2)
            if ends:
                self._apply(self._changes(came, ends))
            else:
                self.frozen.update(~node for node in came if node < 0)

    def _search(self, roots: Sequence[int], *, at_most: int) -> tuple[dict[int, int | None], list[int]]:
        """Breadth first from all roots at once to anyone with room and a load `at_most`; a tree stops at its first end.

        Gives who was entered from where, and the ends.
        """
        came: dict[int, int | None] = dict.fromkeys(roots)
        tree = {root: root for root in roots}
        queue, finished, ends = deque(roots), set[int](), list[int]()
        while queue:
            node = queue.popleft()
            if tree[node] in finished:
                continue
            for following in self._neighbours(node):
                if following in came:
                    continue
                came[following], tree[following] = node, tree[node]
                if following < 0 and self.load[~following] <= at_most and self.has_room(~following):
                    ends.append(following)
                    finished.add(tree[node])
                    break
                queue.append(following)
        return came, ends

    def _neighbours(self, node: int) -> Iterator[int]:
        if node < 0:
            yield from sorted(self.held[~node])
            return
        v = self.visit_of[node]
        for i in self.order(v, self.kind_of[node]):
            if i not in self.frozen:
                yield self.sits[v].get(i, ~i)

    def _changes(self, came: Mapping[int, int | None], ends: Iterable[int]) -> dict[int, int]:
        """Who gets which seat along the paths: each seat goes to the one it was left through."""
        changes: dict[int, int] = {}
        for end in ends:
            node, before = end, came[end]
            while before is not None:
                if before >= 0:
                    changes[before] = ~node if node < 0 else self.holder[node]
                node, before = before, came[before]
        return changes

    def _apply(self, changes: Mapping[int, int]) -> None:
        for seat in changes:
            former = self.holder[seat]
            if former != _NOBODY:
                self.held[former].remove(seat)
                self.load[former] -= 1
                del self.sits[self.visit_of[seat]][former]
        for seat, i in changes.items():
            self.holder[seat] = i
            self.held[i].add(seat)
            self.load[i] += 1
            self.sits[self.visit_of[seat]][i] = seat

    def _explanation(self, came: Mapping[int, int | None]) -> Infeasible:
        """Hall's set: whoever was entered is full; whoever sits in a seat entered may sit there only once."""
        entered = {~node for node in came if node < 0}
        seats = [node for node in came if node >= 0]
        sitting = [i for i in (self.holder[seat] for seat in seats) if i != _NOBODY and i not in entered]
        return Infeasible(
            seats=tuple(sorted((self.visits[self.visit_of[s]].visit_id, self.number_of[s]) for s in seats)),
            inspectors=tuple(sorted(self.inspectors[i].inspector_id for i in entered.union(sitting))),
            places=sum(self.inspectors[i].capacity for i in entered) + len(sitting),
        )

    def teams(self) -> Teams:
        """The assignment as it is now, with reserves (step 4)."""
        seats, reserves = [], []
        for seat, i in enumerate(self.holder):
            visit = self.visits[self.visit_of[seat]]
            seats.append(Place(visit.visit_id, self.number_of[seat], self.inspectors[i].inspector_id))
        for v, visit in enumerate(self.visits):
            for kind in sorted(set(visit.seats)) if visit.reserves else ():
                idle = [i for i in self.order(v, kind) if i not in self.sits[v] and self.has_room(i)]
                first = visit.seats.index(kind) + 1
                reserves += [
                    Place(visit.visit_id, first, self.inspectors[i].inspector_id) for i in idle[: visit.reserves]
                ]
        loads = {inspector.inspector_id: self.load[i] for i, inspector in enumerate(self.inspectors)}
        return Teams(
            seats=tuple(sorted(seats, key=lambda place: (place.visit_id, place.seat))),
            reserves=tuple(sorted(reserves, key=lambda place: (place.visit_id, place.seat))),
            loads=dict(sorted(loads.items())),
        )
