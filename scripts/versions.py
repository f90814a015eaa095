"""Runs the fast half of the tests with the oldest and newest versions that `pyproject.toml` allows.

    python scripts/versions.py                   # all of them, as `make versions` does
    python scripts/versions.py newest-3.13       # some of them

Makes an environment for each in `.versions/`, and says what passed. uv finds the Pythons, or
fetches them.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from fcnn.config.locations import project_dir

IGNORE_OTHERS = "filterwarnings=ignore\nerror:::(fcnn|hydra_plugins.fcnn)"
"""What the oldest versions import is newer than they are, and warns them; it may not warn us."""
ENVIRONMENTS = {
    "oldest-3.11": ("3.11", "lowest-direct", ("-o", IGNORE_OTHERS)),
    "newest-3.11": ("3.11", "highest", ()),
    "newest-3.12": ("3.12", "highest", ()),
    "newest-3.13": ("3.13", "highest", ()),
}
"""The Python of each environment, which versions uv chooses for it, and options of pytest."""
FAST_TESTS = (
    *("tests/analysis", "tests/claims", "tests/config", "tests/data", "tests/libraries"),
    *("tests/plots", "tests/report", "tests/tracking", "tests/test_params.py"),
    *("tests/test_hydra_plugin_classes.py", "tests/training/test_resume.py"),
    *("tests/training/test_sweep.py", "tests/training/test_populations.py"),
)


def make_environment(name: str) -> Path:
    """Make an environment with the package and what its tests need, and return its Python.

    Raises:
        subprocess.CalledProcessError: There is no such Python, or no set of versions.
    """
    version, resolution, _ = ENVIRONMENTS[name]
    folder = project_dir() / ".versions" / name
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run(["uv", "venv", "--quiet", "--python", version, str(folder)], check=True)
    install = ["uv", "pip", "install", "--quiet", "--python", str(python)]
    package = f"{project_dir()}[dev,search,server]"
    subprocess.run([*install, "--resolution", resolution, "--editable", package], check=True)
    return python


def run_tests(name: str) -> bool:
    """Run the fast tests in an environment, and print a line with the outcome.

    Returns:
        Whether they passed; False without an environment.
    """
    try:
        python = make_environment(name)
    except subprocess.CalledProcessError as error:
        print(f"{name}: no environment, `{' '.join(error.cmd[:3])}` failed", flush=True)
        return False
    command = [str(python), "-m", "pytest", "-q", "-n", "2", *ENVIRONMENTS[name][2], *FAST_TESTS]
    ended = subprocess.run(
        command, cwd=project_dir(), stdout=subprocess.PIPE, text=True, check=False
    )
    passed = ended.returncode == 0
    if not passed:
        print(ended.stdout)
    summary = ended.stdout.strip().rpartition("\n")[2].strip("= ")
    print(
        f"{name}: {'passed' if passed else f'exit code {ended.returncode}'}, {summary}", flush=True
    )
    return passed


def main() -> None:
    """Run the command line; the exit code is 1 unless pytest ended well in each environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*ENVIRONMENTS])
    names = parser.parse_args().names
    if unknown := set(names) - ENVIRONMENTS.keys():
        parser.error(f"{', '.join(sorted(unknown))}: use {', '.join(ENVIRONMENTS)}")
    outcomes = [run_tests(name) for name in names]
    sys.exit(not all(outcomes))


if __name__ == "__main__":
    main()
