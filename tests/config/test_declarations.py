"""What follows from the declarations beside the fields: support, identity, neutral values."""

from typing import get_args, get_type_hints

import pytest

from fcnn.config.declarations import Notation, UnusedWhen, list_notes, neutral_values
from fcnn.config.neutral import add_neutral, drop_neutral
from fcnn.config.schema import SECTIONS, Config, as_text, flatten_hyperparameters
from fcnn.errors import ConfigError
from fcnn.params import cell_id, fingerprint_of_params


def kinds():
    """Every kind of every section, as (section, class)."""
    hints = get_type_hints(Config)
    return [
        (section, kind)
        for section in SECTIONS[1:]
        for kind in get_args(hints[section]) or (hints[section],)
    ]


def names_of(kind):
    hint = get_type_hints(kind).get("name")
    return get_args(hint)[:1] if hint else ()


NEUTRAL = [
    pytest.param(section, kind, key, value, id=f"{kind.__name__}.{key}")
    for section, kind in kinds()
    for key, value in neutral_values(kind, section).items()
]


@pytest.mark.parametrize(("section", "kind", "key", "value"), NEUTRAL)
def test_key_at_its_neutral_value_is_neither_in_cell_nor_in_fingerprint(
    config, section, kind, key, value
):
    params = {
        other: text
        for other, text in flatten_hyperparameters(config()).items()
        if not other.startswith(f"{section}.")
    }
    params |= {f"{section}.name": name for name in names_of(kind)}
    params.pop(key, None)
    params |= {
        note.key: "with it the key has an effect"
        for declared, note in list_notes(kind, section)
        if declared == key and isinstance(note, UnusedWhen)
    }
    with_neutral, changed = params | {key: as_text(value)}, params | {key: "other"}
    assert cell_id(with_neutral) == cell_id(params) != cell_id(changed)
    assert fingerprint_of_params(with_neutral) == fingerprint_of_params(params)
    assert fingerprint_of_params(changed) != fingerprint_of_params(params)
    assert add_neutral(params)[key] == as_text(value)
    assert key not in drop_neutral(with_neutral)


NOTATION = [
    pytest.param(section, kind, key, id=key)
    for section, kind in kinds()
    for key, note in list_notes(kind, section)
    if isinstance(note, Notation)
]


@pytest.mark.parametrize(("section", "kind", "key"), NOTATION)
def test_key_that_says_how_something_is_written_is_neither_in_cell_nor_in_fingerprint(
    config, section, kind, key
):
    params = flatten_hyperparameters(config()) | {f"{section}.name": names_of(kind)[0]}
    changed = params | {key: "other"}
    assert cell_id(changed) == cell_id(params)
    assert fingerprint_of_params(changed) == fingerprint_of_params(params)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            ["library=sklearn", "optimizer=rmsprop"],
            "optimizer.name=rmsprop: library=sklearn does not have it, "
            "keras, tensorflow and torch have",
        ),
        (
            ["library=sklearn", "optimizer.amsgrad=true"],
            "optimizer.amsgrad=True: library=sklearn does not have it, "
            "keras, tensorflow and torch have",
        ),
    ],
)
def test_what_a_library_lacks_is_refused_with_the_libraries_that_have_it(
    config, overrides, message
):
    with pytest.raises(ConfigError, match=f"^{message}$"):
        config(*overrides)
