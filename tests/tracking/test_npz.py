"""Files of arrays hold numbers and texts, never objects."""

import io

import numpy as np
import pytest

from fcnn.tracking import npz


def test_arrays_come_back_as_they_were(tmp_path):
    arrays = {"weights_0": np.float32([[1, 2]]), "classes": np.array(["a", "b"])}
    (tmp_path / "x.npz").write_bytes(npz.dump(arrays))
    loaded = npz.load(tmp_path / "x.npz")
    assert loaded.keys() == arrays.keys()
    for name, values in arrays.items():
        np.testing.assert_array_equal(loaded[name], values)
        assert loaded[name].dtype == values.dtype


def test_objects_are_neither_written_nor_read(tmp_path):
    objects = np.array([{"a": 1}], dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"):
        npz.dump({"x": objects})
    buffer = io.BytesIO()
    np.savez(buffer, x=objects)
    (tmp_path / "x.npz").write_bytes(buffer.getvalue())
    with pytest.raises(npz.DamagedFileError):
        npz.load(tmp_path / "x.npz")
