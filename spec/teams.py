"""Who goes (teams.md): the visits that selected units make, and the inspectors drawn for their seats."""

from collections import Counter, defaultdict
from math import inf

from canonical import digest


def visits_of(claims):
    """From unit → [(window's first day, task, last day, team rule, region)] to visit → its parts."""
    visits = {}
    for unit, wants in claims.items():
        groups = []
        for claim in sorted(wants, key=lambda claim: claim[:2]):
            if groups and claim[0] <= min(other[2] for other in groups[-1]):
                groups[-1].append(claim)
            else:
                groups.append([claim])
        for group in groups:
            rules = [rule for _, _, _, rule, _ in group]
            _, task, _, _, region = min(group, key=lambda claim: claim[1])
            reserves = max(rule.get("reserves", 0) for rule in rules)
            visits[f"{unit}#{task}"] = {"unit": unit, "region": region, "seats": seats_of(rules), "reserves": reserves}
    return visits


def seats_of(rules):
    """The seats (organ, qualification, region rule) of a visit: of each organ as many as its largest task asks for."""
    most, special = Counter(), Counter()
    for rule in rules:
        total, asked = Counter(), Counter()
        for seat in rule["seats"]:
            total[seat["organ"], rule["region_rule"]] += seat["count"]
            if seat.get("qualification"):
                asked[seat["organ"], seat["qualification"], rule["region_rule"]] += seat["count"]
        most, special = most | total, special | asked  # the larger of each
    for (organ, way), count in most.items():
        count -= sum(n for kind, n in special.items() if kind[::2] == (organ, way))
        special[organ, "", way] = max(0, count)
    return sorted(special.elements())


def is_eligible(person, kind, visit):
    organ, qualification, way = kind
    if organ != person["organ"] or visit["unit"] in person["recusals"]:
        return False
    if qualification and qualification not in person["qualifications"]:
        return False
    return way == "any" or (visit["region"] in person["regions"]) == (way == "same")


class Assignment:
    """Seats are numbered in the order in which they are filled; inspectors go by their codes."""

    def __init__(self, suite, seed, visits, people):
        self.visits, self.people = visits, people
        self.seats = []  # of each: its visit, its number there, who may take it, in the visit's order
        self.beside = defaultdict(list)  # the seats of a visit
        self.held = {who: set() for who in people}
        self.frozen = set()
        self.line = sorted(people, key=lambda who: digest(suite, f"{seed}:inspector:{who}".encode()))
        keys = {visit: digest(suite, f"{seed}:object:{visit}".encode()) for visit in visits}
        for name in sorted(visits, key=keys.get):
            visit, able = visits[name], {}
            for kind in set(visit["seats"]):
                fit = [who for who in people if is_eligible(people[who], kind, visit)]
                able[kind] = sorted(fit, key=lambda who: digest(suite, keys[name], who.encode()))
            for number, kind in sorted(enumerate(visit["seats"], 1), key=lambda seat: (len(able[seat[1]]), seat[0])):
                self.beside[name].append(len(self.seats))
                self.seats.append((name, number, able[kind]))
        self.holder = dict.fromkeys(range(len(self.seats)))

    def load(self, who):
        return self.people[who]["load"] + len(self.held[who])

    def has_room(self, who):
        return len(self.held[who]) < self.people[who]["capacity"]

    def idle(self, seat):
        """Who could take the seat and does not sit in its visit."""
        name, _, able = self.seats[seat]
        sitting = {self.holder[other] for other in self.beside[name]}
        return [who for who in able if who not in sitting and self.has_room(who)]

    def neighbours(self, node):
        if node in self.held:
            return sorted(self.held[node])
        name, _, able = self.seats[node]
        sits = {self.holder[seat]: seat for seat in self.beside[name]}
        return [sits.get(who, who) for who in able if who not in self.frozen]

    def search(self, roots, most):
        """Breadth first to those with room and at most this load: who was entered from where, and the ends."""
        came, tree, queue, ends = dict.fromkeys(roots), {root: root for root in roots}, list(roots), {}
        for node in queue:  # which grows on the way
            for other in self.neighbours(node) if tree[node] not in ends else ():
                if other in came or tree[node] in ends:
                    continue
                came[other], tree[other] = node, tree[node]
                queue.append(other)
                if other in self.held and self.load(other) <= most and self.has_room(other):
                    ends[tree[node]] = other
        return came, list(ends.values())

    def move(self, came, ends):
        """Along each path, give every seat to the one it was left through, or for whose seat it was left."""
        changes = {}
        for node in ends:
            while (before := came[node]) is not None:
                if before in self.holder:
                    changes[before] = self.holder.get(node, node)
                node = before
        for seat in changes:
            if self.holder[seat] is not None:
                self.held[self.holder[seat]].remove(seat)
        for seat, who in changes.items():
            self.holder[seat] = who
            self.held[who].add(seat)


def drawn(suite, seed, visits, people):
    """The lines of teams.csv below its header, or None if there are too few inspectors."""
    board = Assignment(suite, seed, visits, people)
    for seat in board.holder:
        if able := board.idle(seat):
            first = min(able, key=board.load)
            came, ends = {first: seat, seat: None}, [first]
        else:
            came, ends = board.search([seat], inf)
        if not ends:
            return None
        board.move(came, ends)
    while (top := max((board.load(who) for who in people if who not in board.frozen), default=0)) > 1:
        roots = [who for who in board.line if board.load(who) == top and who not in board.frozen]
        came, ends = board.search(roots, top - 2)
        board.move(came, ends)
        if not ends:
            board.frozen.update(node for node in came if node in board.held)
    rows = []
    for seat, (name, number, _) in enumerate(board.seats):
        rows.append((name, number, 0, board.holder[seat], "drawn"))
        kinds, reserves = visits[name]["seats"], visits[name]["reserves"]
        if number == kinds.index(kinds[number - 1]) + 1:
            rows += [(name, number, place, who, "reserve") for place, who in enumerate(board.idle(seat)[:reserves], 1)]
    return [f"{name},{number},{who},{kind}" for name, number, _, who, kind in sorted(rows)]
