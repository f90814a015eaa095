import os
import subprocess
import sys

import pytest

BROKEN = """
import os
os.write(2, b"libmissing.so.1: cannot open shared object file\\n")
raise ImportError("TensorFlow is broken")
"""


@pytest.mark.parametrize(("module", "quiet"), [(BROKEN, False), (None, True)])
def test_stderr_is_quiet_but_for_what_matters_when_the_import_fails(tmp_path, module, quiet):
    if module:
        (tmp_path / "tensorflow.py").write_text(module)
    result = subprocess.run(
        [sys.executable, "-c", "from fcnn.libraries.runtime import tf; tf.constant(1.0) + 1.0"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if quiet:
        assert (result.returncode, result.stderr) == (0, "")
    else:
        assert result.returncode == 1
        assert "libmissing.so.1: cannot open shared object file" in result.stderr
        assert "TensorFlow is broken" in result.stderr
