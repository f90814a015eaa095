"""A run outside a sweep, and of the same run trained again, in the process."""

import logging
import math
import re
import time
from functools import partial

import mlflow
import pytest
from hydra import compose

from fcnn.config.sections import Sections
from fcnn.data import table_file
from fcnn.errors import ConfigError
from fcnn.params import compute_fingerprint
from fcnn.tracking.outbox import Outbox
from fcnn.tracking.plan import SweepPlan
from fcnn.tracking.writer import Writer
from fcnn.training import memory
from fcnn.training.checks import parse_and_check
from fcnn.training.delivery import warn_of_waiting
from fcnn.training.jobs import Job
from fcnn.training.models import ensure_model
from fcnn.training.rerun import rerun
from fcnn.training.single import run_single, run_worker_job

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"  # Keras, where it saves a model
)
COMMON = ["training.epochs=2", "tracking.save_model=none"]


@pytest.fixture
def make_job(uri, tmp_path):
    """`make_job("dataset=xor")`: a job as the command line makes it."""
    store = [f"tracking.uri={uri}", f"tracking.outbox={tmp_path}/outbox"]

    def make(*overrides):
        cfg = compose("train", [*COMMON, *store, *overrides])
        typed = parse_and_check(cfg)
        return Job(typed, Sections.of(cfg).to_yaml(), compute_fingerprint(typed))

    return make


def networks_of(uri):
    client = mlflow.MlflowClient(uri)
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return client.search_runs(experiments, "tags.`fcnn.fingerprint` != ''")


@pytest.mark.usefixtures("config")
class TestSingleRun:
    def test_it_is_trained_once_and_has_a_link(self, make_job, uri, caplog):
        caplog.set_level(logging.INFO, "fcnn")
        began_s = time.monotonic()
        loss = run_single(make_job())
        elapsed_s = time.monotonic() - began_s
        (run,) = networks_of(uri)
        assert run.data.metrics["val_loss"] == loss
        (trained,) = [text for text in caplog.messages if text.startswith("tanh")]
        assert f": run {run.info.run_id}, loss " in trained
        assert float(re.search(r", ([0-9.]+) s$", trained)[1]) <= elapsed_s + 0.1
        caplog.clear()
        assert run_single(make_job()) == loss
        first, *links = caplog.messages
        line = f"run {run.info.run_id} is there, validation loss {loss:.3g}; force=true trains it"
        assert first.startswith(line)
        assert run.info.run_id in " ".join(links)
        assert len(networks_of(uri)) == 1

    def test_dry_run_trains_nothing(self, make_job, uri, caplog):
        caplog.set_level(logging.INFO, "fcnn")
        assert math.isnan(run_single(make_job("dry_run=true")))
        assert caplog.messages[0].startswith("0 of 1 runs are there, 1 would train")
        assert networks_of(uri) == []

    def test_what_goes_wrong_with_it_is_raised(self, make_job, uri, monkeypatch):
        # A machine that promises more memory than it has.
        monkeypatch.setattr(memory, "available_bytes", lambda: 2**60)
        with pytest.raises(MemoryError):
            run_single(make_job("model.hidden_units=[3000000,3000000]"))
        assert [run.info.status for run in networks_of(uri)] == ["FAILED"]

    def test_worker_records_it_under_the_sweep_of_another_process(self, make_job, uri):
        first = make_job().config
        with Writer(uri).open_sweep(first, SweepPlan({}, ["f"]), 1) as parent:
            loss = run_worker_job(make_job(f"tracking.parent_run_id={parent}"))
        (run,) = networks_of(uri)
        assert run.data.tags["mlflow.parentRunId"] == parent
        assert run.data.metrics["val_loss"] == loss

    def test_worker_needs_nothing_of_its_sweep(self, make_job, uri, caplog):
        # The store that has the sweep is away, or the sweep was deleted.
        caplog.set_level(logging.INFO, "fcnn")
        loss = run_worker_job(make_job(f"tracking.parent_run_id={'f' * 32}"))
        (run,) = networks_of(uri)
        assert run.data.metrics["val_loss"] == loss
        assert run.data.tags["mlflow.parentRunId"] == "f" * 32
        assert run.info.run_name.startswith("tanh, 2-16-1, adam, learning rate 0.001")
        (line,) = [text for text in caplog.messages if f"loss {loss:.3g}" in text]
        assert line.startswith(run.info.run_name)


@pytest.mark.usefixtures("config")
class TestAgain:
    def test_curves_have_the_same_bits_and_nothing_is_recorded(self, make_job, uri):
        run_single(make_job())
        (run,) = networks_of(uri)
        lines = rerun(uri, run.info.run_id).splitlines()
        assert lines[:2] == [
            "loss: the same bits in all 2 epochs",
            "val_loss: the same bits in all 2 epochs",
        ]
        assert len(networks_of(uri)) == 1

    def test_run_without_an_epoch_says_why(self, make_job, uri):
        wild = ["optimizer=sgd", "optimizer.learning_rate=1e30", "model.activation=relu"]
        assert run_single(make_job(*wild)) == math.inf
        (run,) = networks_of(uri)
        line = "no epoch of it is recorded: diverged at epoch 1: the loss is not finite"
        assert rerun(uri, run.info.run_id) == line

    def test_table_with_other_contents_is_refused(self, make_job, uri, tmp_path):
        table = tmp_path / "table.csv"
        rows = [f"{a},{b},{a + b}" for a in range(6) for b in range(6)]
        table.write_text("\n".join(["a,b,y", *rows]))
        run_single(make_job("dataset=csv", f"dataset.path={table}", "dataset.target=y"))
        (run,) = networks_of(uri)
        other = tmp_path / "other.csv"
        other.write_text("\n".join(["a,b,y", *rows[:-1], "5,5,99"]))
        run_id = run.info.run_id
        table_file._tables.clear()  # as in another process, which has not read the table yet
        for use in (partial(rerun, uri), partial(ensure_model, Writer(uri))):
            with pytest.raises(ConfigError, match=r"other\.csv: its contents have changed since"):
                use(run_id, str(other))
        assert rerun(uri, run_id, str(table)).startswith("loss: the same bits in all 2 epochs")
        address = ensure_model(Writer(uri), run_id)
        assert ensure_model(Writer(uri), run_id, str(table)) == address


@pytest.mark.parametrize(
    ("n_waiting", "text"),
    [(0, None), (1, "1 run waits in {}; it"), (2, "2 runs wait in {}; them")],
)
@pytest.mark.parametrize("is_away", [True, False])
def test_waiting_runs_are_told_with_the_reason(config, uri, caplog, n_waiting, text, is_away):
    store, tracking = Writer(uri), config(f"tracking.uri={uri}").tracking
    if is_away:
        store.guard._begin_outage("it is away")
    warn_of_waiting(n_waiting, store, tracking)
    if text is None:
        assert caplog.messages == []
        return
    waiting, them = text.format(Outbox(tracking).folder.parent).split("; ")
    (line,) = caplog.messages
    assert line.startswith(f"{'it is away; ' * is_away}{waiting} until the ")
    assert line.endswith(f" answers; the next call delivers {them}")
