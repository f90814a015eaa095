"""Random faults to two sweeps and a reader lose nothing; `make chaos` does it for longer."""

from tests.chaos import Chaos, address
from tests.serving import serving

N_FAULTS = 12


def test_sweeps_that_overlap_end_under_random_faults_with_a_right_run_for_each_cell(tmp_path):
    with serving(tmp_path, address(tmp_path)) as server:
        chaos = Chaos(server, seed=146)
        for _ in range(N_FAULTS):
            chaos.step()
        chaos.complete()
        chaos.check()
    assert len(set(chaos.faults)) == 6
