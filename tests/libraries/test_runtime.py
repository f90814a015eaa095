import os
import subprocess
import sys

from threadpoolctl import threadpool_info

from fcnn.libraries.base import load_library

BROKEN = """
import os
os.write(2, b"libmissing.so.1: cannot open shared object file\\n")
raise ImportError("TensorFlow is broken")
"""


def test_stderr_shows_the_cause_when_the_import_fails(tmp_path):
    """Otherwise stderr stays empty, which `test_commands.py` checks."""
    (tmp_path / "tensorflow.py").write_text(BROKEN)
    result = subprocess.run(
        [sys.executable, "-c", "from fcnn.libraries.runtime import tf; tf.constant(1.0) + 1.0"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "libmissing.so.1: cannot open shared object file" in result.stderr
    assert "TensorFlow is broken" in result.stderr


def test_linear_algebra_of_scikit_learn_has_one_thread():
    load_library("sklearn")
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert {pool["num_threads"] for pool in pools} == {1}
