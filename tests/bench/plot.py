# SPDX-License-Identifier: Apache-2.0
"""Plots of a benchmark as SVG, written by hand so that nothing needs to be installed."""
import html
import math

import records

COLOURS = ['#1b6ac9', '#d1495b', '#2e933c', '#b8720a', '#7a4fb5', '#4a4a4a', '#008b8b']


class Svg:
    def __init__(self, width, height, title):
        self.size = (width, height)
        self.parts = []
        self.text(width / 2, 22, title, size=15, anchor='middle')

    def line(self, x1, y1, x2, y2, colour='#999', width=1, dash=''):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}"/>')

    def dot(self, x, y, colour):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')

    def bar(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" '
                          f'height="{height}" fill="{colour}"/>')

    def text(self, x, y, words, size=12, anchor='start', colour='#222'):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
                          f'fill="{colour}">{html.escape(words)}</text>')

    def __str__(self):
        width, height = self.size
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                f'font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n'
                + '\n'.join(self.parts) + '\n</svg>\n')


def logarithmic(low, high, start, end):
    """A function from a value to a place, for values of very different size."""
    if high <= low:
        high = low * 10
    span = math.log(high / low)
    return lambda value: start + (end - start) * math.log(min(max(value, low), high) / low) / span


# ---- Tenon's rate by the others', a row for each ----

def goal_limit(suite, case, server):
    for goal_suite, goal_case, metric, ways in records.RATIO_GOALS:
        if (goal_suite, goal_case, metric) == (suite, case, 'rate') and server in dict(ways):
            return dict(ways)[server]
    return None


def ratio_rows(run, suite):
    for case in run.cases(suite):
        yield case, None, None
        for server in run.servers(suite, case):
            ratio = run.ratio(suite, case, 'rate', server)
            if server != 'tenon' and ratio:
                yield case, server, ratio


def ratio_plot(run, suite):
    rows = list(ratio_rows(run, suite))
    found = [ratio for _, _, ratio in rows if ratio]
    place = logarithmic(min(0.5, *[r.least for r in found]), max(2, *[r.greatest for r in found]), 150, 700)
    svg = Svg(800, 70 + 20 * len(rows), f"{suite}: Tenon's requests per second by theirs (median, least, greatest)")
    for mark in (0.25, 0.5, 1, 2, 4, 8, 16):
        if 150 < place(mark) < 700:
            svg.line(place(mark), 35, place(mark), 45 + 20 * len(rows), '#333' if mark == 1 else '#ccc')
            svg.text(place(mark), 60 + 20 * len(rows), str(mark), anchor='middle')
    for number, (case, server, ratio) in enumerate(rows):
        y = 50 + 20 * number
        if not ratio:
            svg.text(10, y + 4, case)
            continue
        svg.text(140, y + 4, server, anchor='end')
        svg.line(place(ratio.least), y, place(ratio.greatest), y, COLOURS[0], 2)
        svg.dot(place(ratio.median), y, COLOURS[0])
        svg.text(710, y + 4, f'{ratio.median:.2f}')
        limit = goal_limit(suite, case, server)
        if limit:
            svg.line(place(limit), y - 8, place(limit), y + 8, COLOURS[1], 3)
            svg.text(750, y + 4, f'≥ {limit}', colour=COLOURS[1])
    return svg


# ---- memory of idle connections ----

def memory_plot(run, suite, case):
    bars = [(s, run.median(suite, case, s, 'idle_bytes')) for s in run.servers(suite, case)]
    bars = [(server, value) for server, value in bars if value is not None]
    most = max(value for _, value in bars)
    svg = Svg(800, 50 + 26 * len(bars), 'Memory of a server for each idle connection, in bytes')
    for number, (server, value) in enumerate(bars):
        y = 40 + 26 * number
        svg.text(100, y + 14, server, anchor='end')
        svg.bar(110, y, 560 * max(value, 0) / max(most, 1), 18, COLOURS[0 if server == 'tenon' else 5])
        svg.text(120 + 560 * max(value, 0) / max(most, 1), y + 14, f'{value:,.0f}')
    return svg


# ---- growth: a line for each ----

def growth_plot(run, case):
    lines = {line: run.points('scale', case, line) for line in run.servers('scale', case)}
    counts = sorted({x for points in lines.values() for x, _ in points})
    most = max(value for points in lines.values() for _, value in points) * 1.1 or 1
    across = logarithmic(counts[0], counts[-1], 70, 560)

    def up(value):
        return 350 - 300 * value / most

    unit = {'c': 'µs', 'i': 'instructions', 'f': 'calls by 1000 requests'}
    metric = run.metrics('scale', case, next(iter(lines)))[0]
    svg = Svg(800, 400, f'{case} ({unit[metric[0]]})')
    for x in counts:
        svg.line(across(x), 50, across(x), 350, '#eee')
        svg.text(across(x), 370, str(x), anchor='middle')
    for part in range(5):
        svg.line(70, up(most * part / 4), 560, up(most * part / 4), '#ddd')
        svg.text(62, up(most * part / 4) + 4, f'{most * part / 4:,.1f}', anchor='end')
    for number, (line, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            svg.line(across(x1), up(y1), across(x2), up(y2), colour, 2)
        for x, y in points:
            svg.dot(across(x), up(y), colour)
        grown = '' if records.counts_waits(case) else f' grows by {records.growth(points):.1%}'
        svg.text(575, 70 + 20 * number, line + grown, colour=colour)
    return svg


def write_all(run, folder):
    plots = {}
    for suite in run.suites():
        for case in run.cases(suite):
            if suite == 'scale':
                if all(len(run.points(suite, case, line)) < 2 for line in run.servers(suite, case)):
                    continue
                plots[f"scale {case.replace('/', '')}"] = growth_plot(run, case)
            elif run.values(suite, case, 'tenon', 'idle_bytes'):
                plots[f'{suite} idle memory'] = memory_plot(run, suite, case)
        if suite in ('linux', 'windows'):
            plots[f'{suite} rates'] = ratio_plot(run, suite)
    written = []
    for name, svg in plots.items():
        file = folder / (name.replace(' ', '-') + '.svg')
        file.write_text(str(svg), encoding='utf-8')
        written.append(file)
    return written
