"""What commands say of input that they take, but perhaps not as it was meant."""

import pytest
from running import run_script

TABLE = "a,b,y\n" + "".join(f"{row},{row % 7},{row * row % 11}\n" for row in range(30))


@pytest.mark.parametrize(
    ("arguments", "sizes"),
    [
        (["training.batch_size=2501"], ["2501: more than the 2500"]),
        (["-m", "training.batch_size=5,60", "dataset.n_points=50"], ["60: more than the 50"]),
        (["dataset=csv", "dataset.path=t.csv", "dataset.target=y"], ["100: more than the 18"]),
        (["training.batch_size=2500"], []),
    ],
)
def test_batch_larger_than_the_data_is_told_once(tmp_path, arguments, sizes):
    (tmp_path / "t.csv").write_text(TABLE)
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    result = run_script("train", *arguments, "dry_run=true", cwd=tmp_path, uri=uri)
    assert (result.returncode, result.stderr) == (0, "")
    notes = [line for line in result.stdout.splitlines() if "more than" in line]
    assert notes == [
        f"training.batch_size={size} training points; each batch has all of them" for size in sizes
    ]


def test_flag_between_overrides_makes_a_grid(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    arguments = ["training.epochs=5", "-m", "training.seed=0,1", "dry_run=true"]
    result = run_script("train", *arguments, cwd=tmp_path, uri=uri)
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "in all 2 runs to train, 10 epochs"


def test_run_on_a_table_is_trained_again_from_another_folder(tmp_path, uri):
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    for folder in (home, elsewhere):
        folder.mkdir()
    (home / "t.csv").write_text(TABLE)
    arguments = ["dataset=csv", "dataset.path=t.csv", "dataset.target=y", "training.epochs=2"]
    train = run_script("train", *arguments, cwd=home, uri=uri)
    run_id = train.stdout.partition(": run ")[2].partition(",")[0]
    lost = run_script("rerun", run_id, cwd=elsewhere, uri=uri)
    assert (lost.returncode, lost.stderr.count("\n")) == (1, 1)
    assert lost.stderr.startswith(
        f"dataset.path=t.csv: there is no such file, seen from {elsewhere}"
    )
    again = run_script("rerun", run_id, "dataset.path=../home/t.csv", cwd=elsewhere, uri=uri)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("loss: the same bits in all 2 epochs\n")
