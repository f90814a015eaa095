import os
import platform
import subprocess
import sys

import pytest

from fcnn.tracking import process


def started(*arguments):
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from fcnn.tracking import process; print(process.current_process(), flush=True); input()",
            *arguments,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_process_has_ended_when_it_was_killed_and_not_before():
    with started() as other:
        mine = other.stdout.readline().strip()
        assert not process.has_exited(process.current_process())
        assert not process.has_exited(mine)
        other.kill()
    assert process.has_exited(mine)


def test_killed_process_that_nobody_has_waited_for_has_ended():
    with started() as other:
        mine = other.stdout.readline().strip()
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert process.has_exited(mine)


def test_process_of_another_machine_is_never_said_to_have_ended():
    machine, *others = process.current_process().split()
    assert not process.has_exited(" ".join(["other", *others[:2], "999999999", "0"]))
    assert not process.has_exited(f"{machine} {others[0]} othercontainer 999999999 0")


def test_process_of_before_the_restart_has_ended_although_its_number_is_in_use():
    machine, start, space, pid, began = process.current_process().split()
    assert process.has_exited(f"{machine} before {space} {pid} {began}")
    assert process.has_exited(f"{machine} {start} {space} {pid} {float(began) - 3600:.0f}")


def test_machine_is_not_named():
    assert platform.node() not in process.current_process()


@pytest.mark.parametrize("text", ["", "x", "a b c d e", "a b c 1", "a b c 1 2 3", "a b c -1 0"])
def test_text_that_tells_of_no_process_is_of_none_that_has_ended(text):
    here = process.current_process().split()[:3]
    assert not process.has_exited(text)
    assert not process.has_exited(" ".join([*here, *text.split()[3:]]))
