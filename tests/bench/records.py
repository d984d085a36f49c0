# SPDX-License-Identifier: Apache-2.0
"""The records of a benchmark, read; medians, ratios and growth of them, and the goals."""
import collections
import statistics

Spread = collections.namedtuple('Spread', 'median least greatest')


class Run:
    """What a file of records says: facts, what was left out and why, and values by round."""

    def __init__(self, lines):
        self.facts = {}
        self.left_out = []
        self.rounds = {}  # (suite, case, server, metric): {round: value}
        for line in lines:
            self._read(line.rstrip('\n').split('\t'))

    def _read(self, fields):
        if fields[0] == 'fact':
            self.facts[fields[1]] = fields[2]
        elif fields[0] == 'note':
            self.left_out.append((fields[1], fields[2]))
        else:
            suite, case, server, metric, number, value = fields
            self.rounds.setdefault((suite, case, server, metric), {})[int(number)] = float(value)

    def _distinct(self, place, *start):
        return list(dict.fromkeys(key[place] for key in self.rounds if key[:place] == start))

    def suites(self):
        return self._distinct(0)

    def cases(self, suite):
        return self._distinct(1, suite)

    def servers(self, suite, case):
        return self._distinct(2, suite, case)

    def metrics(self, suite, case, server):
        return self._distinct(3, suite, case, server)

    def values(self, *key):
        return list(self.rounds.get(key, {}).values())

    def median(self, *key):
        values = self.values(*key)
        return statistics.median(values) if values else None

    def ratio(self, suite, case, metric, other):
        """Tenon's value by the other's, taken within each round; None: one of them has none."""
        ours = self.rounds.get((suite, case, 'tenon', metric), {})
        theirs = self.rounds.get((suite, case, other, metric), {})
        both = [ours[r] / max(theirs[r], 1e-9) for r in ours if r in theirs]
        return Spread(statistics.median(both), min(both), max(both)) if both else None

    def points(self, suite, case, line):
        """[(how many, median)] of what was measured as METRIC@HOW_MANY."""
        named = [m for m in self.metrics(suite, case, line) if '@' in m]
        found = [(int(m.split('@')[1]), self.median(suite, case, line, m)) for m in named]
        return sorted(found)


def growth(points):
    """The greatest by which a point exceeds the cheapest one before it: 0.2 is 20 %."""
    greatest, cheapest = 0.0, points[0][1]
    for _, value in points[1:]:
        greatest = max(greatest, value / cheapest - 1)
        cheapest = min(cheapest, value)
    return greatest


def first_to_last(points):
    return points[-1][1] / points[0][1] - 1


def judged_growth(case, points):
    """Many sockets cost the system more, whoever serves them, as the floor shows: so the processor time
    for connections is judged by its ends, and all that is ours at every point."""
    return first_to_last(points) if case == 'processor time by connections' else growth(points)


def counts_waits(case):
    return case.startswith('waits')  # They are few or none, so that no growth can be told.


# ---- goals ----

# Suite, case, metric, what a goal may be reached by: (the other server, limit). Rates shall be at least that,
# latencies and bytes at most.
RATIO_GOALS = [
    ('linux', '1 KiB, keep-alive', 'rate', [('nginx', 1.3), ('floor', 0.95)]),
    ('linux', '1 KiB, new connections', 'rate', [('nginx', 1.05)]),
    ('linux', '100 KiB, keep-alive', 'rate', [('nginx', 0.97)]),
    ('linux', '10 MiB, keep-alive', 'rate', [('nginx', 0.97)]),
    ('linux', '1 KiB, keep-alive', 'p99_ms', [('nginx', 1.1)]),
    ('linux', '1 KiB, new connections', 'p99_ms', [('nginx', 1.1)]),
    ('linux', '100 KiB, keep-alive', 'p99_ms', [('nginx', 1.1)]),
    ('linux', '10 MiB, keep-alive', 'p99_ms', [('nginx', 1.1)]),
    ('linux', 'idle connections', 'p99_ms', [('nginx', 1.1)]),
    ('linux', 'idle connections', 'idle_bytes', [('nginx', 1.0)]),
    ('windows', '1 KiB, keep-alive', 'rate', [('node', 1.4)]),
    ('windows', '1 KiB, keep-alive', 'rate', [('floor', 0.9)]),
]
GROWTH_LIMIT = 0.2
WAITS_LIMIT = 10  # calls of futex by 1000 requests: what a lock costs that somebody waits for

Verdict = collections.namedtuple('Verdict', 'goal found met')


def ratio_verdicts(run):
    for suite, case, metric, ways in RATIO_GOALS:
        found = [(o, limit, run.ratio(suite, case, metric, o)) for o, limit in ways]
        found = [(o, limit, ratio) for o, limit, ratio in found if ratio]
        if not found:
            continue
        sign = '>=' if metric == 'rate' else '<='
        met = any((r.median >= limit) if metric == 'rate' else (r.median <= limit)
                  for _, limit, r in found)
        yield Verdict(
            f'{suite}: {case}: {metric} ' + ' or '.join(f'{sign} {limit} x {o}' for o, limit, _ in found),
            ', '.join(f'{r.median:.3f} x {o}' for o, _, r in found), met)


def growth_verdicts(run):
    for case in run.cases('scale'):
        for line in run.servers('scale', case):
            points = run.points('scale', case, line)
            if line == 'floor' or len(points) < 2:
                continue
            if counts_waits(case):
                most = max(value for _, value in points)
                yield Verdict(f'scale: {case}: {line} <= {WAITS_LIMIT} by 1000 requests',
                              f'{most:.1f}', most <= WAITS_LIMIT)
            else:
                grown = judged_growth(case, points)
                yield Verdict(f'scale: {case}: {line} grows by < {GROWTH_LIMIT:.0%}',
                              f'{grown:.1%}', grown < GROWTH_LIMIT)


def verdicts(run):
    return [*ratio_verdicts(run), *growth_verdicts(run)]
