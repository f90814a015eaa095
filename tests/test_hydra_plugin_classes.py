"""The private API of Hydra is still what the plugins expect."""

import inspect

import pytest
from hydra.core.utils import JobReturn, JobStatus

from hydra_plugins._hydra import BasicLauncher, returned_value


def parameters(function):
    return list(inspect.signature(function).parameters)


def test_basic_launcher_has_the_methods_that_ours_uses():
    assert parameters(BasicLauncher.setup) == ["self", "hydra_context", "task_function", "config"]
    assert parameters(BasicLauncher.launch) == ["self", "job_overrides", "initial_job_idx"]
    code = inspect.getsource(BasicLauncher)
    assert all(f"self.{name}" in code for name in ("config", "hydra_context"))


@pytest.mark.parametrize("value", [0.5, ValueError("diverged")])
def test_returned_value_is_what_a_job_has_returned_or_raised(value):
    job_return = JobReturn()
    job_return.return_value = value
    job_return.status = JobStatus.FAILED
    assert returned_value(job_return) is value
