#!/usr/bin/env python3
"""Checks the comparison's own arithmetic and output, without servers: python3 self_check.py"""

import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import asterisk_config  # noqa: E402
import cases  # noqa: E402
import plot  # noqa: E402
import sid  # noqa: E402
import summary  # noqa: E402
import table  # noqa: E402


def window(case, server, valid=True, **report):
    return {"case": case, "server": server, "report": {"valid": valid, "doubts": [] if valid else ["late"], **report}}


def cpu(case, server, *values):
    return [window(case, server, mode="media", cpu_ms_per_leg_second=v, memory_per_leg_kb=30,
                   received={"lost": 0, "gaps_over_40ms": 0, "share_of_50_a_second": 1.0}) for v in values]


def case(name):
    return next(c for c in cases.CASES if c.name == name)


class Figures(unittest.TestCase):
    def test_medians_and_ranges_leave_out_windows_that_are_not_valid(self):
        windows = cpu("a", "echo", 0.3, 0.5, 0.4) + [window("a", "echo", valid=False, cpu_ms_per_leg_second=9)]
        found = summary.spread(windows, "cpu_ms_per_leg_second")
        self.assertEqual((found.median, found.low, found.high, found.count), (0.4, 0.3, 0.5, 3))
        self.assertIsNone(summary.spread(windows[3:], "cpu_ms_per_leg_second"))
        self.assertIn("1 of 4 windows not used (late)", summary.notes(windows))

    def test_losses_count_by_their_worst_window(self):
        windows = [window("a", "confab", received={"lost": n, "gaps_over_40ms": 0}) for n in (0, 0, 7)]
        self.assertEqual(summary.spread(windows, "lost").median, 7)

    def test_goals_are_judged_against_the_same_run(self):
        windows = cpu("pcmu-1x100", "echo", 0.3, 0.3) + cpu("pcmu-1x100", "confab", 0.2, 0.4) + cpu("srtp-1x100", "confab", 0.45)
        ratio, memory = (summary.judge(case("pcmu-1x100"), g, windows) for g in case("pcmu-1x100").goals)
        self.assertAlmostEqual(ratio.value, 1.0)
        self.assertTrue(memory.met)
        srtp = summary.judge(case("srtp-1x100"), case("srtp-1x100").goals[0], windows)
        self.assertAlmostEqual(srtp.value, 1.5)
        self.assertFalse(srtp.met)

    def test_a_goal_without_its_yardstick_is_not_met_and_not_missed(self):
        verdict = summary.judge(case("g722-1x100"), cases.SIXTH, cpu("g722-1x100", "confab", 1.0))
        self.assertIsNone(verdict.met)
        self.assertEqual(table.met_words(verdict), "not measured")

    def test_gaps_and_missing_packets_are_told(self):
        windows = [window("a", "confab", mode="media", received={"lost": 2, "gaps_over_40ms": 1, "share_of_50_a_second": 0.5})]
        self.assertEqual(summary.notes(windows), ["2 lost", "1 gaps over 40 ms", "as little as 50% of 50 packets/s came back"])


class Cases(unittest.TestCase):
    def test_names_are_unique_and_goals_name_cases_that_exist(self):
        names = [c.name for c in cases.CASES]
        self.assertEqual(len(names), len(set(names)))
        for c in cases.CASES:
            for goal in c.goals:
                self.assertIn(goal.figure, table.FIGURES)
                if goal.over.startswith("case:"):
                    self.assertIn(goal.over[5:], names)
                elif goal.over:
                    self.assertIn(goal.over, c.servers)

    def test_arguments_say_how_long_and_how_many(self):
        self.assertIn("--seconds=2.5", cases.arguments(case("pcmu-25x4"), 2.5))
        self.assertEqual(cases.legs(case("pcmu-25x4")), 100)
        self.assertIn("--calls=2000", cases.arguments(case("set-up"), 10))


class Output(unittest.TestCase):
    def run_of(self, windows):
        return {"machine": "a <machine> & more", "how": ["not pinned"], "cases": [c.name for c in cases.CASES],
                "servers": ["echo", "confab"], "versions": {"echo": "e", "confab": "c"},
                "skipped": {"asterisk": "skipped: no root"}, "windows": windows}

    def test_the_table_shows_goal_value_and_verdict(self):
        text = table.markdown(self.run_of(cpu("pcmu-1x100", "echo", 0.30, 0.32, 0.34) + cpu("pcmu-1x100", "confab", 0.50, 0.48, 0.64)))
        self.assertIn("| ≤ 1.0 × echo | 1.56 × | no, 1.6 times the goal |", text)
        self.assertIn("0.320 (0.300–0.340)", text)
        self.assertIn("Asterisk: skipped: no root", text)
        widths = {}
        for line in text.splitlines():
            if line.startswith("|"):
                widths.setdefault(line.count("|"), []).append(line)
        self.assertEqual(sorted(widths), [5])

    def test_the_plot_is_well_formed_with_and_without_figures(self):
        for windows in ([], cpu("pcmu-1x100", "echo", 0.3) + cpu("g722-25x4", "confab", 1.5, 2.5)):
            root = ElementTree.fromstring(plot.svg(self.run_of(windows)))
            self.assertTrue(root.tag.endswith("svg"))

    def test_the_grid_has_round_steps(self):
        self.assertEqual([plot.steps(v) for v in (0.3, 1, 4.2, 37)], [0.1, 0.2, 1, 10])


class Sid(unittest.TestCase):
    def test_mirrors_are_read_from_both_formats(self):
        self.assertEqual(sid.mirrors_of_list("# deb http://no x\ndeb [arch=amd64] http://a.test/debian bookworm main\ndeb-src http://b x\n"),
                         [("http://a.test/debian", "bookworm")])
        text = ("Types: deb\n# comment\nURIs: http://a.test/debian\nSuites: bookworm bookworm-updates\n\n"
                "Types: deb\nURIs: http://b.test\nSuites: x\nEnabled: no\n\nTypes: deb-src\nURIs: http://c.test\nSuites: x\n")
        self.assertEqual(sid.mirrors_of_sources(text), [("http://a.test/debian", "bookworm"), ("http://a.test/debian", "bookworm-updates")])

    def test_a_machine_without_an_archive_has_no_mirror(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIsNone(sid.debian_mirror(folder))

    def test_asterisk_is_configured_into_the_folder_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "etc").mkdir()
            me = root.stat()
            (root / "etc/passwd").write_text(f"asterisk:x:{me.st_uid}:{me.st_gid}::/:/bin/false\n", encoding="utf-8")
            asterisk_config.write(root, 5099, 40000, 41000)
            config = root / asterisk_config.CONFIG[1:]
            self.assertIn("bind = 127.0.0.1:5099", (config / "pjsip.conf").read_text(encoding="utf-8"))
            self.assertIn("ConfBridge(${EXTEN},room,caller)", (config / "extensions.conf").read_text(encoding="utf-8"))
            self.assertIn("rtpend = 41000", (config / "rtp.conf").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
