"""Whatever people type: a config is refused with one line, or it runs."""

import pytest
from hydra import compose
from hydra.errors import HydraException
from hypothesis import given
from hypothesis import strategies as st
from omegaconf.errors import OmegaConfBaseException

from fcnn.composition.arguments import check_arguments
from fcnn.config.sections import Sections
from fcnn.errors import ConfigError
from fcnn.tracking.writer import Sweep, Writer
from fcnn.training.checks import parse_and_check
from fcnn.training.jobs import OpenSweep, make_job
from fcnn.training.local import train_and_log

WEIRD = [
    "null",
    "-1",
    "0",
    "1.5",
    "1e400",
    "nan",
    "''",
    "[]",
    "{}",
    "abc",
    "true",
    "[1,2]",
    "9999999999999999999999",
]


def key(name, *good):
    """Mostly what may be, now and then what may not."""
    return st.tuples(st.just(name), st.sampled_from([*good, *good, *good, *WEIRD]))


OVERRIDES = st.lists(
    st.one_of(
        key("model.hidden_units", "[1]", "[3]", "[16]", "[2,2]"),
        key("model.activation", "relu", "sigmoid", "tanh"),
        key("model.kernel_initializer", "random_uniform", "glorot_uniform", "he_normal"),
        key("optimizer", "sgd", "adam", "rmsprop", "adagrad"),
        key("optimizer.learning_rate", "0.1", "1e-30", "1e30"),
        key("optimizer.momentum", "0.5"),
        key("optimizer.weight_decay", "0.1"),
        key("model.dropout", "0.5", "1"),
        key("model.normalization", "batch", "layer"),
        key("training.early_stopping.patience", "1"),
        key("dataset", "prod", "xor", "circles", "csv"),
        key("dataset.noise", "0", "0.5", "2"),
        key("dataset.seed", "0", "7"),
        key("training.batch_size", "7", "100"),
        key("training.seed", "0", "3"),
        key("training.validation_points", "5"),
        key("library", "keras", "sklearn"),
        key("study.name", "mine", "a/b", "../up", "'a\"b'"),
        key("study.colour", "model.activation", "nope"),
        key("tracking.save_model", "false"),
        key("no.such.key", "1"),
    ),
    max_size=4,
    unique_by=lambda pair: pair[0],
)


@pytest.fixture(scope="module")
def uri(make_folder):
    folder = make_folder("random")
    return f"sqlite:///{folder}/mlflow.db"


@pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)  # Keras, where it saves a model
@given(OVERRIDES)
def test_config_is_refused_with_one_line_or_runs(config, uri, overrides):
    defaults = [
        "dataset.n_points=20",
        "training.epochs=2",
        "tracking.save_model=false",
        f"tracking.uri={uri}",
    ]
    lines = [f"{name}={value}" for name, value in overrides]
    if any(line.startswith("dataset=csv") for line in lines):
        defaults.remove("dataset.n_points=20")
    try:
        check_arguments(lines)
        cfg = compose("train", [*defaults, *lines])
        run_config, refusal = parse_and_check(cfg), None
    except (HydraException, OmegaConfBaseException):
        return  # Hydra's own refusals, of which the command line makes one line
    except ConfigError as refused:
        refusal = str(refused)
    if refusal is not None:
        assert refusal
        assert "\n" not in refusal
        return
    sweep = OpenSweep(Writer(uri), Sweep(1, []), run_config.tracking)
    (result,) = train_and_log([make_job(Sections.of(cfg), run_config)], sweep)
    assert result.error is None
    assert result.val_loss >= 0
