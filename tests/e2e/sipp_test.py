"""The sipp scenarios of tests/e2e/sipp, over UDP and TCP, against one server."""

import concurrent.futures

from confab_e2e import sipp
from confab_e2e.server import ServerTest

SCENARIOS = sorted(path.stem for path in sipp.SCENARIOS.glob("*.xml"))


class Scenarios(ServerTest):
    def run_all(self, mode, transport):
        self.assertTrue(SCENARIOS, f"no scenario in {sipp.SCENARIOS}")
        address = self.server.address(transport)
        with concurrent.futures.ThreadPoolExecutor(max_workers=3) as pool:
            jobs = {name: pool.submit(sipp.run, name, address, room=f"{name}-{transport}", transport=mode) for name in SCENARIOS}
        for name, job in jobs.items():
            with self.subTest(scenario=name, transport=transport):
                job.result()

    def test_over_udp(self):
        self.run_all("u1", "udp")

    def test_over_tcp(self):
        self.run_all("t1", "tcp")
