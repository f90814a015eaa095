"""The wheel of the sdist works away from the checkout: its commands, its configs and its API."""

import os
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

from fcnn.config.locations import project_dir

STUDY = """# @package _global_
study:
  name: mine
hydra:
  mode: MULTIRUN
  sweeper:
    params:
      model.activation: relu,tanh
      training.seed: 0,1
"""
SHORT = ("training.epochs=2", "dataset.n_points=100")


class Installation:
    """A virtual environment with the wheel, and a folder to work in."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self.bin, self.folder = environment / "bin", folder

    def run(self, command, *arguments):
        """Run a command of the environment as in a shell of its own."""
        settings = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "MLFLOW_TRACKING_URI")
        }
        return subprocess.run(
            [self.bin / command, *arguments],
            cwd=self.folder,
            env=settings,
            capture_output=True,
            text=True,
            check=False,
        )

    def run_python(self, code):
        result = self.run("python", "-c", code)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The sdist's wheel, built and installed beside the packages of the running environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), "-t"]
    subprocess.run([*build, "sdist"], cwd=project_dir(), check=True, capture_output=True)
    (sdist,) = folder.glob("fcnn-*.tar.gz")
    shutil.unpack_archive(sdist, folder, filter="data")
    source = folder / sdist.name.removesuffix(".tar.gz")
    subprocess.run([*build, "wheel"], cwd=source, check=True, capture_output=True)
    (wheel,) = folder.glob("fcnn-*.whl")
    environment = folder / "environment"
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(command, check=True)
    python = environment / "bin" / "python"
    # pip is that of the running environment: nothing is downloaded.
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"]
    subprocess.run([*install, "--no-index", "--quiet", str(wheel)], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    dependencies = [path for path in sys.path if Path(path).name == "site-packages"]
    (packages / "dependencies.pth").write_text("\n".join([*dependencies, *site.getsitepackages()]))
    work = tmp_path_factory.mktemp("work")
    (work / "conf" / "study").mkdir(parents=True)
    (work / "conf" / "study" / "mine.yaml").write_text(STUDY)
    return Installation(environment, work)


@pytest.fixture(scope="module")
def trained(installation):
    """The study of the working folder, trained with the command."""
    result = installation.run("fcnn-train", "study=mine", *SHORT)
    assert (result.returncode, result.stderr) == (0, "")
    return installation, result


def test_the_package_is_imported_from_the_wheel(installation):
    path = installation.run_python("import fcnn; print(fcnn.__file__)")
    assert Path(path).is_relative_to(installation.bin.parent)


def test_the_wheel_has_what_is_needed_at_run_time(installation):
    package = Path(installation.run_python("import fcnn; print(fcnn.__file__)")).parent
    files = [
        "py.typed",
        "conf/train.yaml",
        "conf/study/depth.yaml",
        "commands/report.yaml",
        "report/templates/page.html.j2",
    ]
    assert [file for file in files if not (package / file).exists()] == []


def test_a_study_of_the_working_folder_is_trained_into_it(trained):
    installation, result = trained
    assert "all 4 runs are there; fcnn-report study=mine draws them" in result.stdout
    assert (installation.folder / "mlflow.db").exists()
    assert (installation.folder / "mlruns").is_dir()


def test_its_report_goes_to_the_working_folder(trained):
    installation, _ = trained
    result = installation.run("fcnn-report", "study=mine")
    assert result.returncode == 0, result.stderr
    assert (installation.folder / "reports" / "mine" / "index.html").exists()


def test_a_run_can_be_repeated_and_the_api_reads_what_the_command_has_trained(trained):
    installation, _ = trained
    code = (
        "import fcnn; study = fcnn.load('mine', overrides=" + repr([*SHORT]) + "); study.run(); "
        "print(len(study.runs()), study.best().run_id)"
    )
    n_runs, run_id = installation.run_python(code).split()
    assert n_runs == "4"
    result = installation.run("fcnn-rerun", run_id)
    assert "val_loss: the same bits in all 2 epochs" in result.stdout, result.stderr


def test_help_and_built_in_studies_name_the_installed_commands(installation):
    assert "fcnn-train study=activation_size" in installation.run("fcnn-train", "--help").stdout
    assert "fcnn-report study=activation_size" in installation.run("fcnn-report", "--help").stdout
    dry_run = installation.run("fcnn-train", "study=depth", "dry_run=true")
    assert "60 would train" in dry_run.stdout, dry_run.stderr


def test_a_wrong_study_is_refused_with_the_studies_of_both_folders(installation):
    result = installation.run("fcnn-train", "study=nix")
    assert result.returncode == 1
    assert result.stderr.startswith("study=nix: should be one of activation_size, ")
    assert "mine" in result.stderr
