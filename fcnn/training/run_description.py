"""What a run records of itself when it opens: from its job, its data and its sweep."""

import time

from fcnn.data import Data, compute_constant_loss, compute_noise_floor
from fcnn.network import layer_sizes, n_parameters
from fcnn.params import (
    DATASET_KEYS,
    SEED_KEY,
    Params,
    config_params,
    format_label,
    format_layer_sizes,
    with_table_name,
)
from fcnn.tracking.outbox import PendingRun
from fcnn.tracking.provenance import environment_tags
from fcnn.tracking.recorder import RunDescription
from fcnn.training.jobs import Job, OpenSweep


def describe_run(
    job: Job, data: Data, sweep: OpenSweep, restored: PendingRun | None = None
) -> RunDescription:
    """Describe the run of a job for its recorder; a restored one as it was when it was trained."""
    sizes = layer_sizes(data, job.config.model)
    # MLflow sorts params as text: padded with zeros, sizes sort as numbers.
    params = config_params(job.config) | {
        "model.units": format_layer_sizes(sizes),
        "model.parameters": f"{n_parameters(sizes, job.config.model.normalization):08d}",
    }
    return RunDescription(
        config=job.config,
        config_yaml=job.config_yaml,
        fingerprint=job.fingerprint,
        number=job.number,
        name=name_run(params, sweep),
        dataset=format_label(with_table_name(params, sweep.sweep.tables), DATASET_KEYS),
        params=params,
        environment=restored.environment if restored else environment_tags(),
        started_ms=restored.started_ms if restored else int(time.time() * 1000),
        ended_ms=restored.ended_ms if restored else None,
        constant_loss=compute_constant_loss(data),
        noise_floor=compute_noise_floor(job.config.dataset),
        notes=data.notes,
    )


def name_run(params: Params, sweep: OpenSweep) -> str:
    """Name a run with these params by what differs in its sweep, and by its seed."""
    labelled = with_table_name(params, sweep.sweep.tables)
    return format_label(labelled, [*sweep.sweep.axes, SEED_KEY])
