"""The model of a run: its name, its address, and the version that a report registers."""

import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput, LoggedModelStatus
from recording import recording

from fcnn.tracking.models import clean_name
from fcnn.tracking.reader import Reader
from fcnn.tracking.registry import register_champion
from fcnn.tracking.server import ServerQueries
from fcnn.tracking.writer import Writer


@pytest.fixture
def stored(uri, config):
    """`stored(status)`: the run and the model of a network, whose model has this status."""

    def store(status=LoggedModelStatus.READY):
        writer = Writer(uri)
        with recording(writer, config("study.name=mine"), fingerprint="a") as run:
            run.log_points(1, {"val_loss": np.ones(1, np.float32)})
        client = MlflowClient(uri)
        experiment_id = client.get_run(run.run_id).info.experiment_id
        model = client.create_logged_model(experiment_id, source_run_id=run.run_id)
        client.finalize_logged_model(model.model_id, status)
        client.log_outputs(run.run_id, [LoggedModelOutput(model.model_id, step=0)])
        return run.run_id, f"models:/{model.model_id}"

    return store


def test_name_of_a_run_becomes_one_that_mlflow_takes():
    assert clean_name("learning rate 0.001") == "learning rate 0·001"
    assert clean_name("a/b:c%d\"e'f") == "a_b_c_d_e_f"
    assert clean_name("") == "model"


def test_model_of_a_run_is_found_once_it_is_complete_until_it_is_deleted(uri, stored):
    ready, address = stored()
    failed, _ = stored(LoggedModelStatus.FAILED)
    deleted, of_deleted = stored()
    MlflowClient(uri).delete_logged_model(of_deleted.removeprefix("models:/"))
    reader = Reader(uri)
    addresses = [reader.model_address(run_id) for run_id in (ready, failed, deleted)]
    assert addresses == [address, None, None]
    assert reader.find_runs_with_model([ready, failed, deleted]) == {ready}
    reader.queries = ServerQueries(reader.client)
    assert reader.find_runs_with_model([ready, failed, deleted]) == {ready}


def test_run_is_registered_once_and_the_newest_registration_is_the_champion(uri, stored):
    reader, client = Reader(uri), MlflowClient(uri)
    (first, first_model), (second, second_model) = stored(), stored()
    registered = register_champion(reader, first, first_model, "it's mine")
    assert (registered.version, registered.uri) == ("1", "models:/it's mine@champion")
    assert register_champion(reader, second, second_model, "it's mine").version == "2"
    assert client.get_model_version_by_alias("it's mine", "champion").run_id == second
    assert register_champion(reader, first, first_model, "it's mine").version == "1"
    champion = client.get_model_version_by_alias("it's mine", "champion")
    assert (champion.run_id, champion.source) == (first, first_model)
    (model,) = client.search_registered_models()
    assert model.name == "it's mine"
