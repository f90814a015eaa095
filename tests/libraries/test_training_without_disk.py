"""Training writes nothing to the disk, which may be full."""

import tempfile

import numpy as np
import pytest

from fcnn.data import load_data
from fcnn.libraries.base import load_library


@pytest.mark.parametrize("library", ["keras", "tensorflow"])
def test_program_is_compiled_without_a_temporary_file(config, monkeypatch, library):
    # AutoGraph would write what it makes of the program's source, and go on without.
    run = config(f"library={library}", "dataset.n_points=37", "training.epochs=3")
    data, train = load_data(run), load_library(library).train
    monkeypatch.setattr(tempfile, "tempdir", "/there/is/no/such/folder")
    chunks = train([run], [data])
    losses = np.concatenate([chunk.metrics["loss"] for chunk in chunks])
    assert losses.shape == (3, 1)
    assert np.isfinite(losses).all()
