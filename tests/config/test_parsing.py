import re
import shlex
from dataclasses import asdict
from typing import get_args

import pytest
from hydra import compose
from omegaconf import OmegaConf

from fcnn.config.command_line import exit_on_user_error
from fcnn.config.optimizers import OPTIMIZERS
from fcnn.config.parsing import parse, parse_yaml
from fcnn.config.schema import Tracking, flatten_hyperparameters
from fcnn.config.sections import Sections
from fcnn.errors import ConfigError

MESSAGES = {
    "training.epochs=0": "training.epochs=0: should be greater than or equal to 1",
    "training.epochs=2.5": "training.epochs=2.5: should be a valid integer",
    "training.epochs=true": "training.epochs=True: should be a valid integer",
    "training.batch_size=0": "training.batch_size=0: should be greater than or equal to 1",
    "training.early_stopping.patience=0": (
        "training.early_stopping.patience=0: should be greater than or equal to 1"
    ),
    "model.dropout=1": "model.dropout=1: should be less than 1",
    "model.normalization=group": (
        "model.normalization=group: should be 'none', 'batch' or 'layer'"
    ),
    "optimizer.clipnorm=0": "optimizer.clipnorm=0: should be greater than 0",
    "training.seed=-1": "training.seed=-1: should be greater than or equal to 0",
    "optimizer.learning_rate=-0.1": "optimizer.learning_rate=-0.1: should be greater than 0",
    "optimizer.learning_rate=0": "optimizer.learning_rate=0: should be greater than 0",
    "optimizer.learning_rate=1e39": "optimizer.learning_rate=1e+39: should be at most 3e38",
    "optimizer.learning_rate=nan": "optimizer.learning_rate=nan: should be a finite number",
    "optimizer.learning_rate=inf": "optimizer.learning_rate=inf: should be a finite number",
    "optimizer.beta_1=1": "optimizer.beta_1=1: should be less than 1",
    "optimizer.name=foo": (
        "optimizer.name=foo: should be one of 'sgd', 'adam', 'adamw', 'rmsprop', "
        "'adagrad', 'adadelta', 'adamax', 'nadam', 'lion', 'ftrl', 'lamb'"
    ),
    "+optimizer.rho=0.9": (
        "optimizer.rho: there is no such key; "
        "choose from name, learning_rate, beta_1, beta_2, epsilon, amsgrad, "
        "weight_decay, decay_biases, clipnorm, clipvalue, global_clipnorm; "
        "optimizer=adadelta and optimizer=rmsprop have it"
    ),
    "+dataset.path=houses.csv": (
        "dataset.path: there is no such key; choose from name, n_points, noise, seed; "
        "dataset=table has it"
    ),
    "+study.color=library": "study.color: there is no such key; did you mean study.colour?",
    "model.hidden_units=[]": "model.hidden_units=[]: should have at least 1 item",
    "model.hidden_units=[0]": (
        "model.hidden_units: 0 in its list should be greater than or equal to 1"
    ),
    "model.hidden_units=4": (
        "model.hidden_units=4: should be a list, in brackets: 'model.hidden_units=[4]'"
    ),
    "model.hidden_units=null": (
        "model.hidden_units=None: should be a list, in brackets: 'model.hidden_units=[...]'"
    ),
    "optimizer.learning_rate=[0.1,0.2]": (
        "optimizer.learning_rate=[0.1, 0.2]: should be one value; "
        "the values of a grid have no brackets: optimizer.learning_rate=0.1,0.2"
    ),
    "model.bias_initializer=one": ("model.bias_initializer=one: should be 'zeros' or 'uniform'"),
    "dataset.n_points=1": "dataset.n_points=1: should be greater than or equal to 2",
    "study.name=../x": (
        "study=../x: should be a name of at most 100 letters, digits, '_', '-' and '.', "
        "a letter, digit or '_' first"
    ),
    "~training.epochs": "training.epochs: is missing",
    "dataset=csv": "dataset.path: is missing; dataset.target: is missing",
}


@pytest.mark.parametrize("override", MESSAGES)
def test_message_names_key_value_and_what_is_allowed(config, override):
    with pytest.raises(ConfigError) as error:
        config(override)
    assert str(error.value) == MESSAGES[override]


def test_one_message_names_every_wrong_key(config):
    with pytest.raises(ConfigError, match=r"model\.activation=3: .*; training\.epochs=0: .*"):
        config("training.epochs=0", "model.activation=3")


def test_axis_of_a_plot_must_be_a_hyperparameter(config):
    message = (
        r"study\.colour=model\.colour: not a hyperparameter; choose from library, dataset\.name"
    )
    with pytest.raises(ConfigError, match=message):
        config("study.colour=model.colour")


def test_missing_environment_variable_is_one_line(config):
    cfg = compose("train", overrides=["tracking.uri=${oc.env:NOBODY_SETS_THIS}"])
    with pytest.raises(ConfigError, match="NOBODY_SETS_THIS"):
        parse(cfg)


@pytest.mark.parametrize("kind", get_args(OPTIMIZERS), ids=lambda kind: kind.__name__)
def test_optimizers_have_the_defaults_of_keras(config, kind):
    from fcnn.libraries.runtime import keras

    settings = asdict(config(f"optimizer={kind.__name__.lower()}").optimizer)
    defaults = getattr(keras.optimizers, kind.__name__)().get_config()
    del settings["name"], settings["decay_biases"]  # Keras decays biases
    settings["weight_decay"] = settings["weight_decay"] or None
    for key, value in settings.items():
        assert value == (None if defaults[key] is None else pytest.approx(defaults[key]))


def test_hyperparameters_are_flat_strings_without_study_and_tracking(config):
    params = flatten_hyperparameters(
        config("model.hidden_units=[16,8]", "optimizer=sgd", "optimizer.learning_rate=0.00005")
    )
    assert params["model.hidden_units"] == "[16, 8]"
    assert params["optimizer.learning_rate"] == "5e-05"
    assert params["library"] == "keras"
    assert {key.partition(".")[0] for key in params} == {
        "library",
        "dataset",
        "model",
        "optimizer",
        "schedule",
        "training",
    }


@pytest.mark.parametrize(
    ("override", "name"),
    [
        ("dataset.target=2010", "2010"),
        ("dataset.target=007", "007"),
        ("dataset.target=-1", "-1"),
        ("dataset.target=@SUM", "@SUM"),
        ("dataset.target=cost_$", "cost_$"),
        ("dataset.target='1.5'", "1.5"),
        ("dataset.target='x#1'", "x#1"),
    ],
)
def test_name_of_a_column_may_be_a_number(config, override, name):
    cfg = compose("train", overrides=["tracking.uri=sqlite:///a.db", *TABLE, override])
    assert parse(cfg).dataset.target == name


def test_names_in_a_list_may_be_numbers():
    overrides = ["tracking.uri=sqlite:///a.db", *TABLE, "dataset.features=[2010,b]"]
    assert parse(compose("train", overrides=overrides)).dataset.features == ("2010", "b")


TABLE = ["dataset=csv", "dataset.path=t.csv", "dataset.target=y"]


@pytest.mark.parametrize(
    "override",
    [
        *("dataset.target=1.5", "dataset.target=true", "dataset.target=null"),
        *("dataset.target=x#1", "dataset.target=median (USD)", "dataset.target=速度"),
        *("dataset.target=it's", "dataset.target=`a`", "dataset.target==cmd", "dataset.target=<b>"),
        *("dataset.path=houses (1).csv", "dataset.features=[x#1,rate [/s]]", "dataset.target=a,b"),
    ],
)
def test_quoting_that_a_message_shows_works(config, override):
    def parse_dataset(override):
        overrides = ["tracking.uri=sqlite:///a.db", *TABLE, override]
        with exit_on_user_error():
            return parse(compose("train", overrides=overrides)).dataset

    with pytest.raises(SystemExit) as error:
        parse_dataset(override)
    (line,) = str(error.value).splitlines()
    (corrected,) = shlex.split(line[re.search(r"""["']+dataset\.""", line).start() :])
    key, _, value = override.partition("=")
    parsed = getattr(parse_dataset(corrected), key.partition(".")[2])
    assert (f"[{','.join(parsed)}]" if isinstance(parsed, tuple) else parsed) == value


TRACKING = Tracking(uri="sqlite:///today.db", save_model=False, parent_run_id=None)


def test_recorded_config_is_resolved_without_tracking_and_parses_to_the_same(config, monkeypatch):
    monkeypatch.setenv("RATE", "0.125")
    cfg = compose("train", overrides=["tracking.uri=http://me:hunter2@host"])
    cfg.optimizer.learning_rate = "${oc.decode:${oc.env:RATE}}"
    cfg.study.description = r"costs \${5}"
    text = Sections.of(cfg).to_yaml()
    monkeypatch.delenv("RATE")
    assert "hunter2" not in text
    assert "tracking" not in text
    parsed = parse_yaml(text, TRACKING)
    assert parsed.optimizer.learning_rate == 0.125
    assert parsed.study.description == "costs ${5}"
    assert parsed.tracking == TRACKING


@pytest.mark.parametrize(
    "text",
    [
        "${oc.env:SECRET}",
        "a ${oc.decode:x}",
        "${checkout:}",
        r"\\${oc.env:SECRET}",
        "${tracking.uri}",
    ],
)
def test_interpolation_in_a_recorded_config_is_refused_and_not_resolved(monkeypatch, text):
    monkeypatch.setenv("SECRET", "hunter2")
    cfg = OmegaConf.create(Sections.of(compose("train", overrides=["tracking.uri=x"])).to_yaml())
    sections = OmegaConf.to_container(cfg)
    sections["study"]["description"] = text
    with pytest.raises(ConfigError, match=r"^study\.description=.*: an interpolation") as error:
        parse_yaml(OmegaConf.to_yaml(sections), TRACKING)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("text", ["- a", "text", "5", "", "a: [", "!!python/object:x.y z", "\0"])
def test_recorded_text_that_is_not_a_config_is_refused_in_one_line(text):
    with pytest.raises(ConfigError, match=r"^its recorded config is not a config[^\n]+$"):
        parse_yaml(text, TRACKING)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            ["model.normalization=batch", "training.batch_size=1"],
            "model.normalization=batch: needs batches of several points, training.batch_size is 1",
        ),
        (
            ["optimizer.clipnorm=1", "optimizer.clipvalue=0.5"],
            r"optimizer.clipnorm=1.0 and optimizer.clipvalue=0.5: at most one of them",
        ),
    ],
)
def test_values_that_do_not_go_together_are_refused(config, overrides, message):
    with pytest.raises(ConfigError, match=f"^{message}$"):
        config(*overrides)
