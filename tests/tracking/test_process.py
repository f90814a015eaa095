import os
import platform
import subprocess
import sys

import pytest

from fcnn.tracking import process
from fcnn.tracking.process import current_process, has_exited

PRINT_PROCESS = """
from fcnn.tracking.process import current_process
print(current_process(), flush=True)
input()
"""


def start_process():
    """Start a process that prints its identity and waits."""
    command = [sys.executable, "-c", PRINT_PROCESS]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_process_has_exited_once_it_was_killed():
    with start_process() as other:
        process_text = other.stdout.readline().strip()
        assert not has_exited(current_process())
        assert not has_exited(process_text)
        other.kill()
    assert has_exited(process_text)


def test_zombie_has_exited():
    with start_process() as other:
        process_text = other.stdout.readline().strip()
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert has_exited(process_text)


def test_processes_of_other_machines_boots_and_containers_are_not_known_to_have_exited():
    machine, boot, namespace, *_ = current_process().split()
    assert has_exited(f"{machine} {boot} {namespace} 999999999 0")
    assert not has_exited(f"other {boot} {namespace} 999999999 0")
    # A copy of a virtual machine has its name and id, and was booted at another time.
    assert not has_exited(f"{machine} other {namespace} 999999999 0")
    assert not has_exited(f"{machine} {boot} other 999999999 0")


def test_process_has_exited_although_its_id_is_in_use_again():
    *process_text, started = current_process().split()
    assert has_exited(" ".join([*process_text, f"{float(started) - 3600:.0f}"]))


def test_name_of_the_machine_is_not_recorded():
    assert platform.node() not in current_process()


@pytest.mark.parametrize("text", ["", "x", "a b c d e", "a b c 1", "a b c 1 2 3", "a b c -1 0"])
def test_text_that_identifies_no_process_is_not_of_one_that_has_exited(text):
    assert not has_exited(text)
    assert not has_exited(" ".join([*process.machine_identity(), *text.split()[3:]]))


@pytest.mark.parametrize(
    "fields", ["3999999 nan", "3999999 1e400", "+3999999 1", "3_9 1", "3999999 1 x", "٣٩ 1"]
)
def test_text_that_only_begins_like_a_process_is_not_of_one_that_has_exited(fields):
    assert not has_exited(" ".join([*process.machine_identity(), fields]))
