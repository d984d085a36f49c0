#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which atomic instructions one request executes, and in which function: where threads may meet in a
line of the cache, as a count that needs neither many processors nor hardware counters. Takes a
profile of callgrind with --dump-instr=yes, and the number of its requests."""
import collections
import re
import subprocess
import sys

NAME = re.compile(r'(c?ob|c?fn)=\((\d+)\)(?: (.*))?')
COST = re.compile(r'(0x[0-9a-f]+|[+-](?:0x)?[0-9a-f]+|\*) \S+ (\d+)')
ATOMIC = re.compile(r'\s*([0-9a-f]+):\s+(lock \S+|xchg\s+[^(]*\()')


def executed(lines):
    """{(object, function, address): times}. The format is in valgrind's manual, chapter 'Callgrind
    Format': names and addresses are given once and then referred to."""
    names, here, address, call = {}, {}, 0, False
    times = collections.Counter()
    for line in lines:
        named, cost = NAME.match(line), COST.match(line)
        if named:
            kind, number, text = named.groups()
            table = kind[-2:]
            if text is not None:
                names[table, number] = text
            here[kind] = names[table, number]
        elif line.startswith('calls='):
            call = True  # The next line is the cost of the called function.
        elif cost:
            where = cost[1]
            if where != '*':
                address = int(where, 0) + (address if where[0] in '+-' else 0)
            if not call:
                times[here.get('ob', ''), here['fn'], address] += int(cost[2])
            call = False
    return times


def atomic_addresses(file):
    listing = subprocess.run(['objdump', '-d', '--no-show-raw-insn', file],
                             capture_output=True, text=True, check=False).stdout
    return {int(found[1], 16) for found in map(ATOMIC.match, listing.splitlines()) if found}


def main():
    profile, requests = sys.argv[1], int(sys.argv[2])
    with open(profile, encoding='utf-8') as lines:
        times = executed(lines)
    atomic = {file: atomic_addresses(file) for file in {key[0] for key in times} if file.startswith('/')}
    functions = collections.Counter()
    for (file, function, address), count in times.items():
        if address in atomic.get(file, ()):
            functions[re.sub(r"[(@'].*", '', function)] += count
    for function, count in functions.most_common():
        if count / requests >= 0.5:  # What happens now and then is nothing that threads meet in.
            print(f'{count / requests:.2f} {function}')


if __name__ == '__main__':
    main()
