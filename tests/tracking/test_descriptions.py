"""What MLflow's UI says of sweeps and of data."""

from fcnn.config.schema import Study
from fcnn.tracking.descriptions import (
    describe_dataset,
    format_experiment_note,
    format_sweep_note,
    parse_experiment_note,
)


def test_note_of_a_sweep_has_its_description_and_a_table_of_its_axes(config):
    study: Study = config("study.name=mine", "study.description=What units do.").study
    axes = {"model.activation": ["tanh", "relu"], "optimizer.learning_rate": []}
    description, blank, header, rule, *rows = format_sweep_note(study, axes).split("\n")
    assert (description, blank) == ("What units do.", "")
    assert (header, rule) == ("| hyperparameter | values |", "|---|---|")
    assert [row.replace("\\", "") for row in rows] == [
        "| model.activation | tanh, relu |",
        "| optimizer.learning_rate |  |",
    ]


def test_description_with_a_password_is_noted_without_it(config):
    study = config("study.name=mine", "study.description='of the store password=hunter2'").study
    for note in (format_sweep_note(study, {}), format_experiment_note(study.description)):
        assert "of the store" in note
        assert "hunter2" not in note


def test_description_of_a_study_is_found_again_in_its_note():
    for description in ("What *units* do.\n\nAnd why.", ""):
        assert parse_experiment_note(format_experiment_note(description)) == description


def digest_of(**params):
    named = {f"dataset.{key}": value for key, value in params.items()}
    return describe_dataset("houses", named | {"model.activation": "tanh"}).dataset.digest


def test_equal_data_have_equal_digests_wherever_their_file_lies():
    here = digest_of(path="/a/houses.csv", digest="f00")
    assert digest_of(path="/b/houses.csv", digest="f00") == here
    assert digest_of(path="/a/houses.csv", digest="ba4") != here
    # Without a digest of the contents the path is all that is known.
    assert digest_of(path="/a/houses.csv") != digest_of(path="/b/houses.csv")


def test_source_of_data_is_all_that_was_said_of_them():
    entity = describe_dataset("houses", {"dataset.path": "/a/b.csv", "model.activation": "tanh"})
    assert (entity.dataset.name, entity.dataset.source_type) == ("houses", "fcnn")
    assert entity.dataset.source == '{"dataset.path": "/a/b.csv"}'
    assert [(tag.key, tag.value) for tag in entity.tags] == [("mlflow.data.context", "training")]
