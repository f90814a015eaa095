"""What a run records of itself when it opens: from its job, its data and its sweep."""

from dataclasses import replace

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
from fcnn.tracking.run_writer import RunDescription
from fcnn.training.jobs import Job, OpenSweep


def describe_run(
    job: Job, data: Data, sweep: OpenSweep, restored: PendingRun | None = None
) -> RunDescription:
    """Describe the run of a job for its recorder; a restored one as it was when it was trained."""
    sizes = layer_sizes(data, job.config.model)
    # MLflow sorts params as text: padded with zeros, sizes sort as numbers.
    units = {
        "model.units": format_layer_sizes(sizes),
        "model.parameters": f"{n_parameters(sizes, job.config.model.normalization):08d}",
    }
    described = replace(
        _describe(job, sweep, config_params(job.config) | units),
        constant_loss=compute_constant_loss(data),
        noise_floor=compute_noise_floor(job.config.dataset),
        notes=data.notes,
    )
    if restored is None:
        return described
    return replace(
        described,
        environment=restored.environment,
        started_ms=restored.started_ms,
        ended_ms=restored.ended_ms,
    )


def describe_untrained(job: Job, sweep: OpenSweep) -> RunDescription:
    """Describe the run of a job by its config alone, without its data."""
    return _describe(job, sweep, config_params(job.config))


def _describe(job: Job, sweep: OpenSweep, params: Params) -> RunDescription:
    labelled = with_table_name(params, sweep.sweep.tables)
    return RunDescription(
        config=job.config,
        config_yaml=job.config_yaml,
        fingerprint=job.fingerprint,
        number=job.number,
        name=format_label(labelled, [*sweep.sweep.axes, SEED_KEY]),
        dataset=format_label(labelled, DATASET_KEYS),
        params=params,
    )
