#!/usr/bin/env python3
"""Checks the table of watched rooms, without servers: python3 self_check.py"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import rows  # noqa: E402


def window(row, cpu, valid=True, idle=0.2, **told):
    watch = {"notifies_per_change_and_watcher": 1.0, "bytes_per_notify": 5000.0, "bytes_per_change_and_watcher": 5000.0,
             "cpu_ms_per_change": cpu, "changes": 10, "change_seconds": 20, "idle_cpu_percent": idle, "told": {"without_users": 0, "repeated": 0, **told}}
    return {"row": row.name, "report": {"valid": valid, "doubts": [] if valid else ["late"], "watch": watch}}


FULL = rows.Row(10, 200)
BARE = rows.Row(10, 0)


class Table(unittest.TestCase):
    def test_each_row_has_its_own_name_and_one_without_watchers_to_compare_with(self):
        self.assertEqual(len({r.name for r in rows.ROWS}), len(rows.ROWS))
        for row in rows.ROWS:
            rows.cpu_of_telling([], row)

    def test_what_a_change_costs_by_itself_is_taken_off(self):
        windows = [window(FULL, v) for v in (20.4, 22.4, 21.4)] + [window(BARE, 1.4), window(FULL, 900, valid=False)]
        self.assertAlmostEqual(rows.cpu_of_telling(windows, FULL), 100)
        self.assertIsNone(rows.cpu_of_telling(windows, BARE))
        self.assertIsNone(rows.cpu_of_telling(windows[:3], FULL), "nothing to take off")

    def test_the_table_has_the_rows_that_were_run_and_says_what_was_left_out(self):
        run = {"machine": "a machine", "how": ["so"], "windows": [
            window(BARE, 1.4), window(FULL, 20), window(FULL, 30, repeated=3), window(FULL, 1, valid=False)]}
        text = rows.markdown(run)
        self.assertIn("| 10 | 200 | full | tcp | hold | 1.00 | 5,000 | 5,000 | 25.00 (20.00–30.00) | 118.0 | 0.20 |", text)
        self.assertIn("1 of 3 windows not used (late)", text)
        self.assertIn("3 NOTIFYs were sent again", text)
        self.assertEqual({line.count("|") for line in text.splitlines() if line.startswith("|")}, {len(rows.HEAD) + 1})

    def test_a_small_difference_of_large_numbers_is_said(self):
        run = {"machine": "m", "how": [], "windows": [window(FULL, 5, idle=1)]}
        self.assertIn("4 times what the changes did", rows.markdown(run))
        run["windows"] = [window(FULL, 5)]
        self.assertNotIn("times what", rows.markdown(run))

    def test_arguments_say_what_the_row_is(self):
        given = rows.arguments(rows.Row(1000, 200, "partial", "udp", "rejoin"), 2.5, 0.5)
        for want in ("--legs=1000", "--watchers=200", "--watch-transport=udp", "--change=rejoin", "--seconds=2.5", "--change-rate=0.5"):
            self.assertIn(want, given)


if __name__ == "__main__":
    unittest.main()
