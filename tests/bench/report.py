#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns the records of a benchmark into tables, results.json and plots, and says which goals are
met. README.md says what the figures mean."""
import argparse
import json
import pathlib
import sys

import plot
import records

COLUMNS = [  # Metric, heading, how it is written.
    ('rate', 'requests/s', '{:,.0f}'),
    ('cpu_us', 'µs of processor each', '{:.2f}'),
    ('p99_ms', 'p99 in ms', '{:.3f}'),
    ('idle_bytes', 'bytes each', '{:,.0f}'),
    ('memory_mib', 'MiB in all', '{:.1f}'),
]


def number(value):
    return f'{value:,.0f}' if value >= 1000 else f'{value:,.2f}'


def row(cells):
    return '| ' + ' | '.join(cells) + ' |'


def table(headings, rows):
    return '\n'.join([row(headings), '|' + '---|' * len(headings), *map(row, rows), ''])


def written(ratio):
    return f'{ratio.median:.2f} [{ratio.least:.2f} .. {ratio.greatest:.2f}]' if ratio else ''


def case_table(run, suite, case):
    servers = run.servers(suite, case)
    columns = [c for c in COLUMNS if run.median(suite, case, 'tenon', c[0]) is not None]
    compared = [c for c in columns if c[0] in ('rate', 'p99_ms', 'idle_bytes')]
    rows = []
    for server in servers:
        medians = [(run.median(suite, case, server, metric), form) for metric, _, form in columns]
        cells = [form.format(value) if value is not None else '' for value, form in medians]
        if server != 'tenon':
            cells += [written(run.ratio(suite, case, metric, server)) for metric, _, _ in compared]
        rows.append([server, *cells, *[''] * (1 + len(columns) + len(compared) - 1 - len(cells))])
    headings = ['server', *[c[1] for c in columns], *[f"{c[1]}: Tenon's / its" for c in compared]]
    return f'### {suite}: {case}\n\n' + table(headings, rows)


def growth_table(run, suite, case):
    lines = [line for line in run.servers(suite, case) if run.points(suite, case, line)]
    counts = sorted({x for line in lines for x, _ in run.points(suite, case, line)})
    rows = []
    for line in lines:
        points = dict(run.points(suite, case, line))
        cells = [number(points[x]) if x in points else '' for x in counts]
        ordered = sorted(points.items())
        grown = ['', '']
        if len(ordered) > 1 and not records.counts_waits(case):
            grown = [f'{records.first_to_last(ordered):+.1%}', f'{records.growth(ordered):.1%}']
        rows.append([line, *cells, *grown])
    if len(counts) < 2:
        return f'### {suite}: {case}\n\n' + table(['', 'each'], [cells[:2] for cells in rows])
    headings = ['', *map(str, counts), 'first to last', 'growth']
    return f'### {suite}: {case}\n\n' + table(headings, rows)


def facts_lines(run):
    def fact(name):
        return run.facts.get(name, '?')

    return [
        f"{fact('date')}, commit {fact('commit')}: {fact('processors')} processors, load "
        f"{fact('load_before')} -> {fact('load_after')}, {fact('rounds')} rounds of {fact('seconds')} s, "
        f"{fact('threads')} I/O thread(s), {fact('connections')} connections, "
        f"{fact('idle_connections')} idle ones; {fact('took_seconds')} s in all",
        *[f'{what} is left out: {why}' for what, why in run.left_out], '']


def goal_lines(run):
    found = records.verdicts(run)
    if not found:
        return []
    if run.facts.get('quick') == 'yes':
        return ['### goals', '', 'One short round says nothing of goals; what it found:', '',
                table(['goal', 'found'], [[v.goal, v.found] for v in found])]
    rows = [[v.goal, v.found, 'met' if v.met else '**missed**'] for v in found]
    return ['### goals', '', table(['goal', 'found', ''], rows)]


def report(run):
    lines = facts_lines(run)
    for suite in run.suites():
        for case in run.cases(suite):
            of_growth = suite in ('scale', 'profile')
            lines.append(growth_table(run, suite, case) if of_growth else case_table(run, suite, case))
    return '\n'.join([*lines, *goal_lines(run)])


def as_json(run):
    results = []
    for (suite, case, server, metric), rounds in run.rounds.items():
        entry = {'suite': suite, 'case': case, 'server': server, 'metric': metric,
                 'median': run.median(suite, case, server, metric), 'rounds': list(rounds.values())}
        ratio = run.ratio(suite, case, metric, server) if server != 'tenon' else None
        if ratio:
            entry['tenon_ratio'] = ratio._asdict()
        results.append(entry)
    return {'facts': run.facts, 'left_out': run.left_out, 'results': results,
            'goals': [verdict._asdict() for verdict in records.verdicts(run)]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('records', type=pathlib.Path)
    parser.add_argument('--output', type=pathlib.Path, required=True, help='folder of what is written')
    parser.add_argument('--enforce', action='store_true', help='end with 1 if a goal is missed')
    options = parser.parse_args()
    run = records.Run(options.records.read_text(encoding='utf-8').splitlines())
    text = report(run)
    (options.output / 'results.md').write_text(text + '\n', encoding='utf-8')
    (options.output / 'results.json').write_text(json.dumps(as_json(run), indent=1) + '\n', encoding='utf-8')
    plots = plot.write_all(run, options.output)
    print(text)
    print('written:', options.output / 'results.md', options.output / 'results.json', *plots)
    missed = [verdict for verdict in records.verdicts(run) if not verdict.met]
    return 1 if options.enforce and missed and run.facts.get('quick') != 'yes' else 0


if __name__ == '__main__':
    sys.exit(main())
