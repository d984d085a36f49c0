#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What report.py makes of sample.tsv, a small file of records."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import records  # noqa: E402
import report  # noqa: E402

SAMPLE = (HERE / 'sample.tsv').read_text(encoding='utf-8').splitlines()


def verdict(start, lines=tuple(SAMPLE)):
    return next(v for v in records.verdicts(records.Run(lines)) if v.goal.startswith(start))


class Ratios(unittest.TestCase):
    def test_are_taken_within_a_round(self):
        ratio = records.Run(SAMPLE).ratio('linux', '1 KiB, keep-alive', 'rate', 'nginx')
        self.assertEqual([round(value, 6) for value in ratio], [1.1, 1.0, 1.5])

    def test_leave_out_rounds_that_one_of_both_has_not(self):
        ratio = records.Run(SAMPLE).ratio('linux', '1 KiB, keep-alive', 'rate', 'caddy')
        self.assertAlmostEqual(ratio.median, 60000 / 7000)

    def test_need_both_servers(self):
        self.assertIsNone(records.Run(SAMPLE).ratio('linux', '1 KiB, keep-alive', 'rate', 'h2o'))


class Growth(unittest.TestCase):
    def test_is_counted_from_the_cheapest_point_before(self):
        self.assertAlmostEqual(records.growth([(1, 50), (10, 20), (100, 21), (1000, 22)]), 0.1)

    def test_is_none_where_cost_falls(self):
        self.assertEqual(records.growth([(1, 3), (10, 2), (100, 1)]), 0)


class Goals(unittest.TestCase):
    def test_may_be_reached_in_one_of_two_ways(self):
        self.assertTrue(verdict('linux: 1 KiB, keep-alive: rate').met)  # 1.1 x nginx, but the floor
        lines = [line for line in SAMPLE if '\tfloor\t' not in line]
        self.assertFalse(verdict('linux: 1 KiB, keep-alive: rate', lines).met)

    def test_want_little_of_latency_and_memory(self):
        self.assertFalse(verdict('linux: 1 KiB, keep-alive: p99_ms').met)
        self.assertTrue(verdict('linux: idle connections: idle_bytes').met)

    def test_limit_growth_and_waits(self):
        self.assertEqual(verdict('scale: processor time by connections: tenon_1').found, '-56.0%')
        self.assertFalse(verdict('scale: instructions by sites and routes: folders').met)
        self.assertTrue(verdict('scale: waits for locks').met)


class Report(unittest.TestCase):
    def run_report(self, lines, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder)
            (output / 'records.tsv').write_text('\n'.join(lines) + '\n', encoding='utf-8')
            command = [sys.executable, HERE / 'report.py', output / 'records.tsv', '--output', output, *arguments]
            status = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
            return status, {file.name: file.read_text(encoding='utf-8') for file in output.iterdir()}

    def test_has_tables_json_and_plots(self):
        status, files = self.run_report(SAMPLE)
        self.assertEqual(status, 0)
        self.assertIn('| 1.10 [1.00 .. 1.50] |', files['results.md'])
        self.assertIn("h2o is left out: 'h2o' is missing", files['results.md'])
        self.assertIn('| static: pthread_rwlock_rdlock | 1.00 |', files['results.md'])
        self.assertIn('**missed**', files['results.md'])
        self.assertEqual(json.loads(files['results.json'])['facts']['took_seconds'], '321')
        plots = [text for name, text in files.items() if name.endswith('.svg')]
        self.assertEqual(len(plots), 6)
        for plot in plots:
            xml.etree.ElementTree.fromstring(plot)

    def test_fails_for_a_missed_goal_only_if_told_to(self):
        self.assertEqual(self.run_report(SAMPLE, '--enforce')[0], 1)

    def test_judges_no_quick_run(self):
        lines = ['fact\tquick\tyes' if line.startswith('fact\tquick') else line for line in SAMPLE]
        status, files = self.run_report(lines, '--enforce')
        self.assertEqual(status, 0)
        self.assertNotIn('missed', files['results.md'])

    def test_has_as_many_cells_in_every_row(self):
        for block in report.report(records.Run(SAMPLE)).split('\n\n'):
            rows = [line for line in block.splitlines() if line.startswith('|')]
            self.assertEqual(len({line.count('|') for line in rows}) > 1, False, block)


if __name__ == '__main__':
    unittest.main()
