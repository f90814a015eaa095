"""What a terminal shows while networks train, and that Ctrl-C is answered on it."""

import re

import mlflow
import pytest
from running import Command, in_terminal, statuses

from fcnn.status import MARK

SWEEP = ["-m", "study.name=mine", "training.epochs=2", "training.seed=0,1", "dataset.n_points=200"]
COLUMNS = 80


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """A sweep on a terminal, which makes its store: what was sent, and the store's address."""
    folder = tmp_path_factory.mktemp("terminal")
    uri = f"sqlite:///{folder}/mlflow.db"
    code, sent = in_terminal("train", *SWEEP, cwd=folder, uri=uri, columns=COLUMNS, is_forked=False)
    assert code == 0, sent
    return sent, uri


def kept_lines(sent):
    """The lines that stay: each as it is when the cursor leaves it."""
    return [
        re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line.rpartition("\x1b[2K")[2]).strip("\r")
        for line in sent.split("\n")
    ]


def test_status_tells_of_imports_and_of_training_and_takes_no_line(sweep):
    sent, _ = sweep
    for text in ("starting MLflow", "starting keras", "0 of 2 runs, "):
        assert text in sent
    lines = [line for line in kept_lines(sent) if line.strip()]
    assert lines[0] == "0 of 2 runs are there, training 2"
    assert [line[:5] for line in lines[1:3]] == ["[1/2]", "[2/2]"]
    assert lines[3].startswith("all 2 runs are there; ")


def test_status_is_never_wider_than_the_terminal(sweep):
    drawn = re.findall(r"\x1b\[2K([\u2800-\u28ff] [^\r\n\x1b]*)", sweep[0])
    assert drawn
    assert max(map(len, drawn)) < COLUMNS


def test_links_are_whole_and_open_the_study(sweep):
    sent, uri = sweep
    experiment = mlflow.MlflowClient(uri).get_experiment_by_name("mine").experiment_id
    link = f"http://127.0.0.1:5000/#/experiments/{experiment}/runs?workflowType=machine_learning"
    links = [line.split()[-1] for line in kept_lines(sent) if link in line]
    assert [link in line for line in links] == [True, True]
    assert links[1].endswith("&compareRunsMode=CHART")


def test_best_cells_and_headline_fit_the_terminal(sweep):
    lines = kept_lines(sweep[0])
    heading = next(place for place, line in enumerate(lines) if line.startswith(" cell "))
    assert lines[heading].split() == [
        "cell",
        "settled",
        "loss",
        "interval",
        "test",
        "loss",
        "seeds",
    ]
    assert lines[heading + 1].startswith(" all runs ")
    headline = lines[heading + 3 : lines.index("", heading + 3)]
    assert " ".join(headline).startswith("The validation loss settles at ")
    assert len(headline) > 1  # it is broken between words
    assert max(map(len, [lines[heading], *headline])) <= COLUMNS


def test_without_a_terminal_silence_is_filled_with_lines(sweep, tmp_path):
    # With an epoch that takes longer than silence may.
    slow = ["model.hidden_units=[700,700]", "dataset.n_points=100000", "training.epochs=1"]
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    command = Command("train", *slow, cwd=tmp_path, uri=uri, apart=True)
    out, err = command.communicate()
    assert (command.returncode, err) == (0, "")
    lines = out.splitlines()
    assert any(line.startswith(f"{MARK}first epoch, ") for line in lines)
    assert not lines[-1].startswith(MARK)
    (log,) = (tmp_path / "outputs" / "single").glob("*/train.log")
    assert MARK not in log.read_text()


def test_interrupt_is_answered_and_ends_a_training_whose_epochs_are_long(tmp_path):
    slow = ["model.hidden_units=[3000,3000]", "dataset.n_points=100000", "study.name=slow"]
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    code, sent = in_terminal(
        "train", *slow, cwd=tmp_path, uri=uri, answers={"first epoch, 1 s": "\x03"}
    )
    assert code == 130
    lines = [line for line in kept_lines(sent) if line.strip()]
    assert "interrupted; ending what trains" in sent
    assert lines[-1] == "what has finished is recorded, and the same command goes on"
    assert "epoch 1/100" not in sent
    assert "Traceback" not in sent
    assert statuses(uri, "slow") == ["KILLED"]


def test_interrupt_of_an_import_is_answered(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    code, sent = in_terminal(
        "train", cwd=tmp_path, uri=uri, answers={"starting keras": "\x03"}, is_forked=False
    )
    assert code == 130
    assert "interrupted; ending what trains" in sent
    assert "Traceback" not in sent
    assert "WARNING" not in sent
