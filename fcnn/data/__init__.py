"""Data sets: points sampled from a target function, and tables that are split and standardised."""

from fcnn.data.dataset import (
    Array,
    Classes,
    Data,
    balanced_class_weights,
    class_numbers,
    encode_classes,
)
from fcnn.data.loading import load_data
from fcnn.data.reference_losses import compute_constant_loss, compute_noise_floor
from fcnn.data.scale import Scale
from fcnn.data.synthetic import HIGH, LOW, sample_dataset
from fcnn.data.table_file import with_digest
from fcnn.data.table_identity import with_table_identity

__all__ = [
    "HIGH",
    "LOW",
    "Array",
    "Classes",
    "Data",
    "Scale",
    "balanced_class_weights",
    "class_numbers",
    "compute_constant_loss",
    "compute_noise_floor",
    "encode_classes",
    "load_data",
    "sample_dataset",
    "with_digest",
    "with_table_identity",
]
