"""A wall clock that jumps: nothing is lost or doubled, and nothing waits for a day that does not come."""
import pytest

from rig import Rig, eventually

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize("jumps", [[DAY], [-DAY], [10, -10, 10], [-HOUR, DAY, -2 * DAY, 0], [400 * DAY, -400 * DAY]],
                         ids=lambda jumps: " ".join(str(jump) for jump in jumps))
def test_jumps_while_messages_wait(sealgate, faults, tmp_path, jumps):
    """Before each jump some messages are between two attempts; after it they and fresh ones go out within seconds."""
    with Rig(sealgate.path, tmp_path, faults.environment, retry_interval="3s") as rig:
        for jump in jumps:
            rig.refusing.set()
            rig.send_all(10)
            assert eventually(lambda: len(rig.list("--state", "retrying")) == 10)
            faults.clock(jump)
            rig.refusing.clear()
            rig.send_all(10)
            rig.everything_arrives(30)
        assert rig.gateway.stop() == 0
        assert rig.ledger.copies(rig.partner.journal) == 0


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_jumps_between_two_lives(sealgate, faults, tmp_path, jump):
    """Killed with work in hand, and the clock is another one at the next start."""
    with Rig(sealgate.path, tmp_path, faults.environment) as rig:
        rig.refusing.set()
        rig.send_all(10)
        rig.gateway.kill()
        faults.clock(jump)
        rig.gateway.start()
        rig.send_all(10)
        rig.refusing.clear()
        rig.everything_arrives(30)
        assert rig.gateway.stop() == 0


def test_waiting_messages_do_not_grow_old(sealgate, faults, tmp_path):
    """A year ahead, housekeeping removes what is finished and nothing else."""
    with Rig(sealgate.path, tmp_path, faults.environment) as rig:
        rig.send_all(5)
        rig.everything_arrives()
        rig.refusing.set()
        rig.send_all(5, 100_000)
        faults.clock(400 * DAY)
        assert rig.partner.wait_for(lambda: len(rig.list("--state", "completed")) == 0, 90), "housekeeping stands still"
        rig.refusing.clear()
        rig.everything_arrives(30)
        assert rig.gateway.stop() == 0
