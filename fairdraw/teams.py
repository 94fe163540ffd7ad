"""Who goes (随机选派): the assignment of inspectors to seats. Source: spec/teams.md."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

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


SHOWN = 6
"""How many seats and inspectors a sentence names before it breaks off."""


class Infeasible(Refused):
    """No assignment exists; `seats` can only be served by `inspectors`, who have `places` (Hall)."""

    def __init__(self, *, seats: tuple[tuple[str, int], ...], inspectors: tuple[str, ...], places: int) -> None:
        super().__init__(
            gettext_noop(
                "这 %(n)s 个席位(%(seats)s)只能由这 %(m)s 名检查人员(%(inspectors)s)担任,而他们合计只有 %(k)s 个名额"
            ),
            n=len(seats),
            seats=_named([f"{visit_id}/{seat}" for visit_id, seat in seats]),
            m=len(inspectors),
            inspectors=_named(inspectors),
            k=places,
        )
        self.seats = seats
        self.inspectors = inspectors
        self.places = places

    def __reduce__(self) -> tuple[object, ...]:
        """Let the explanation travel between processes."""
        return _infeasible, (self.seats, self.inspectors, self.places)


def _named(codes: Sequence[str]) -> str:
    """The first of some codes, for a sentence in any language."""
    return "、".join(codes[:SHOWN]) + ("…" if len(codes) > SHOWN else "") if codes else "—"


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
_Kind = tuple[Seat, str]
"""A kind of seat and the region asked from: who may take it, but for recusals."""


def _kind(seat: Seat, visit: Visit) -> _Kind:
    return seat, "" if seat.region_rule == "any" else visit.region


class _Pool:
    """The inspectors eligible for a kind of seat, and those with room by their load."""

    def __init__(self, members: list[int]) -> None:
        self.members = members
        self.with_room: dict[int, set[int]] = {}

    def put(self, i: int, load: int) -> None:
        self.with_room.setdefault(load, set()).add(i)

    def take(self, i: int, load: int) -> None:
        level = self.with_room.get(load)
        if level is not None:
            level.discard(i)
            if not level:
                del self.with_room[load]


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
        self.recused: dict[str, set[int]] = {}
        for i, inspector in enumerate(self.inspectors):
            for unit_id in inspector.recusals:
                self.recused.setdefault(unit_id, set()).add(i)
        self._pools: dict[_Kind, _Pool] = {}
        self._pools_of: list[list[_Pool]] = [[] for _ in self.inspectors]
        self._keys_of: tuple[int, dict[int, bytes]] = (_NOBODY, {})
        self.visit_of: list[int] = []
        self.number_of: list[int] = []
        self.kind_of: list[_Kind] = []
        for v, visit in enumerate(self.visits):
            kinds = {seat: _kind(seat, visit) for seat in visit.seats}
            eligible = {seat: len(self.able(v, kind)) for seat, kind in kinds.items()}
            for number, seat in sorted(enumerate(visit.seats, start=1), key=lambda each: (eligible[each[1]], each[0])):
                self.visit_of.append(v)
                self.number_of.append(number)
                self.kind_of.append(kinds[seat])
        self.holder = [_NOBODY] * len(self.visit_of)

    def pool(self, kind: _Kind) -> _Pool:
        """Everybody who may take a kind of seat in a region, recusals aside."""
        pool = self._pools.get(kind)
        if pool is None:
            seat, region = kind
            anywhere = Visit("", "", region, ())
            pool = _Pool([i for i, one in enumerate(self.inspectors) if is_eligible(one, seat, anywhere)])
            self._pools[kind] = pool
            for i in pool.members:
                self._pools_of[i].append(pool)
                if self.has_room(i):
                    pool.put(i, self.load[i])
        return pool

    def able(self, v: int, kind: _Kind) -> list[int]:
        """The eligible inspectors of a kind of seat of a visit, in no particular order."""
        members, recused = self.pool(kind).members, self.recused.get(self.visits[v].unit_id)
        return [i for i in members if i not in recused] if recused else members

    def order(self, v: int, wanted: Iterable[int]) -> Callable[[int], bytes]:
        """The key of the visit's order for those wanted; the seats of a visit share what was worked out for one."""
        if self._keys_of[0] != v:
            self._keys_of = (v, {})
        known, key, ids, h = self._keys_of[1], self.keys[v], self.ids, self.h
        known.update({i: h(key + ids[i]) for i in wanted if i not in known})
        return known.__getitem__

    def has_room(self, i: int) -> bool:
        """Whether the ceremony may still add a visit."""
        return len(self.held[i]) < self.inspectors[i].capacity

    def fill(self, seat: int) -> None:
        """Steps 1 and 2: give the seat to the least loaded, else repair.

        Raises:
            Infeasible: there is no way.
        """
        v = self.visit_of[seat]
        with_room = self.pool(self.kind_of[seat]).with_room
        recused = self.recused.get(self.visits[v].unit_id, set())
        for load in sorted(with_room):
            free = with_room[load] - self.sits[v].keys() - recused
            if free:
                self._apply({seat: min(free, key=self.order(v, free))})
                return
        came, ends = self._search([seat], at_most=max(self.load, default=0))
        if not ends:
            raise self._explanation(came)
        self._apply(self._changes(came, ends))

    def balance(self) -> None:
        """Step 3: lower the highest loads along alternating paths until none can be lowered."""
        while True:
            moving = [i for i in range(len(self.load)) if i not in self.frozen]
            highest = max((self.load[i] for i in moving), default=0)
            lowest = min((self.load[i] for i in moving if self.has_room(i)), default=highest)
            if highest <= 1 or lowest > highest - 2:
                return  # nobody is left to whom a path could lead, now or from any lower load
            roots = [~i for i in moving if self.load[i] == highest]
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
        waiting: dict[_Kind, list[int]] = {}
        while queue:
            node = queue.popleft()
            if tree[node] in finished:
                continue
            for following in sorted(self.held[~node]) if node < 0 else self._reached(node, came, waiting):
                if following in came:
                    continue
                came[following], tree[following] = node, tree[node]
                if following < 0 and self.load[~following] <= at_most and self.has_room(~following):
                    ends.append(following)
                    finished.add(tree[node])
                    break
                queue.append(following)
        return came, ends

    def _reached(self, seat: int, came: Mapping[int, int | None], waiting: dict[_Kind, list[int]]) -> list[int]:
        """Where a seat leads, in the visit's order; `waiting` keeps those whom no seat of the kind has entered yet."""
        v, kind = self.visit_of[seat], self.kind_of[seat]
        rest = [i for i in waiting.get(kind, self.pool(kind).members) if ~i not in came and i not in self.frozen]
        waiting[kind] = rest
        sits, visit = self.sits[v], self.visits[v]
        recused = self.recused.get(visit.unit_id, set())
        sitting = [i for i in sits if i not in self.frozen and is_eligible(self.inspectors[i], kind[0], visit)]
        reached = {i for i in rest if i not in recused}.union(sitting)
        return [sits.get(i, ~i) for i in sorted(reached, key=self.order(v, reached))]

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
                self._move(former, seat, -1)
                del self.sits[self.visit_of[seat]][former]
        for seat, i in changes.items():
            self.holder[seat] = i
            self._move(i, seat, +1)
            self.sits[self.visit_of[seat]][i] = seat

    def _move(self, i: int, seat: int, by: int) -> None:
        """Add a seat to somebody's load, or take it off, and let their pools know."""
        for pool in self._pools_of[i]:
            pool.take(i, self.load[i])
        (self.held[i].add if by > 0 else self.held[i].remove)(seat)
        self.load[i] += by
        if self.has_room(i):
            for pool in self._pools_of[i]:
                pool.put(i, self.load[i])

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
        seats, reserves = list[Place](), list[Place]()
        for number, v, i in zip(self.number_of, self.visit_of, self.holder, strict=True):
            seats.append(Place(self.visits[v].visit_id, number, self.inspectors[i].inspector_id))
        for v, visit in enumerate(self.visits):
            for seat in sorted(set(visit.seats)) if visit.reserves else ():
                with_room = set().union(*self.pool(_kind(seat, visit)).with_room.values())
                idle = with_room - self.sits[v].keys() - self.recused.get(visit.unit_id, set())
                first = visit.seats.index(seat) + 1
                reserves += [
                    Place(visit.visit_id, first, self.inspectors[i].inspector_id)
                    for i in nsmallest(visit.reserves, idle, key=self.order(v, idle))
                ]
        loads = {inspector.inspector_id: self.load[i] for i, inspector in enumerate(self.inspectors)}
        return Teams(
            seats=tuple(sorted(seats, key=lambda place: (place.visit_id, place.seat))),
            reserves=tuple(sorted(reserves, key=lambda place: (place.visit_id, place.seat))),
            loads=dict(sorted(loads.items())),
        )
