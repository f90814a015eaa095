"""Notices when MLflow changes the private API that the package uses."""

import pytest
from mlflow import MlflowClient
from sqlalchemy import create_engine, inspect

from fcnn.tracking import mlflow_internals
from fcnn.tracking.client import StoreClient

COLUMNS = {
    "SqlExperiment": {"experiment_id", "lifecycle_stage"},
    "SqlRun": {"run_uuid", "experiment_id", "status", "lifecycle_stage", "start_time"},
    "SqlTag": {"run_uuid", "key", "value"},
    "SqlParam": {"run_uuid", "key", "value"},
    "SqlDataset": {"dataset_uuid", "experiment_id", "name", "digest"},
    "SqlInput": {"input_uuid", "source_type", "source_id", "destination_type", "destination_id"},
    "SqlInputTag": {"input_uuid", "name", "value"},
    "SqlLoggedModel": {"model_id", "status", "lifecycle_stage"},
    "SqlLatestMetric": {"run_uuid", "key", "value"},
    "SqlMetric": {"run_uuid", "key", "value", "step", "timestamp", "is_nan"},
}


@pytest.mark.parametrize("table", COLUMNS)
def test_tables_have_the_columns_that_queries_name(table):
    mapper = inspect(getattr(mlflow_internals, table))
    assert set(mapper.columns.keys()) >= COLUMNS[table]


def test_created_tables_are_those_that_a_check_of_a_store_expects():
    engine = create_engine("sqlite://")
    mlflow_internals.create_tables(engine)
    assert {"alembic_version", "experiments", "runs"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_engine_of_a_client_is_that_of_its_file(uri):
    assert str(mlflow_internals.get_engine(MlflowClient(uri)).url) == uri


@pytest.mark.parametrize(
    ("uri", "is_database"),
    [
        ("sqlite:///a.db", True),
        ("postgresql+psycopg://host/db", True),
        ("http://host:5000", False),
        ("file:///mlruns", False),
    ],
)
def test_databases_are_told_from_other_stores(uri, is_database):
    assert mlflow_internals.is_database(uri) is is_database


def test_guarded_methods_are_those_of_the_client_of_mlflow():
    names = [name for name in vars(StoreClient) if not name.startswith("_")]
    assert names
    for name in names:
        assert getattr(StoreClient, name).__wrapped__ is getattr(MlflowClient, name)
