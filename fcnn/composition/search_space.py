"""The space of a search, of the override lines that would otherwise span a grid."""

from collections.abc import Mapping, Sequence

from hydra.core.override_parser.types import Override

from fcnn.composition.distributions import SearchedAxis, read_axis
from fcnn.composition.grid import make_grid
from fcnn.config.schema import Config, flatten_config
from fcnn.errors import ConfigError
from fcnn.params import DIGEST_KEY, SEED_KEY, config_params, differing_keys, validation_params
from fcnn.training.search_space import MakeJobs, SearchSpace


def make_search_space(overrides: Sequence[Override], make_jobs: MakeJobs) -> SearchSpace:
    """Make the space of a search, after checking each choice, both ends of ranges, and each seed.

    Args:
        overrides: Those of a sweep; where two set the same key, the later one counts.
        make_jobs: Composes and checks jobs of override lines, with the claims of their study.

    Raises:
        ConfigError: There is nothing to search, one of the values cannot be trained, or losses on
            them cannot be compared.
    """
    by_key = {override.key_or_group: override for override in overrides}
    seeds = _list_seeds(by_key.pop(SEED_KEY, None))
    axes = {
        key: read_axis(override) for key, override in by_key.items() if override.is_sweep_override()
    }
    if not axes:
        raise ConfigError("there is nothing to search: no axis has several values or a range")
    fixed = [
        str(override.input_line) for override in by_key.values() if not override.is_sweep_override()
    ]
    first, *others = [[*fixed, *proposal] for proposal in _sample_proposals(axes)]
    # Each seed may split a table differently, so that one of them may fail.
    lines = [[*first, seed] for seed in seeds] + [[*other, seeds[0]] for other in others]
    samples = make_jobs(lines)
    configs = [job.config for job in samples]
    _check_data(configs)
    if configs[0].dry_run:
        raise ConfigError("dry_run=true: what a search will train nobody knows before")
    values = flatten_config(configs[0])
    return SearchSpace(
        {key: axis.make_distribution(values.get(key)) for key, axis in axes.items()},
        fixed,
        seeds,
        samples,
    )


def _list_seeds(override: Override | None) -> list[str]:
    """List the override lines of the seeds, by default of seed 0 alone.

    Raises:
        ConfigError: There are none, or a range of them.
    """
    if override is None:
        return [f"{SEED_KEY}=0"]
    if override.is_sweep_override() and not override.is_discrete_sweep():
        raise ConfigError(f"{override.input_line}: each trial has all seeds, which are values")
    return list(dict.fromkeys(line for (line,) in make_grid([override]).jobs))


def _sample_proposals(axes: Mapping[str, SearchedAxis]) -> list[list[str]]:
    """List proposals that have each sample once, beside the first samples of the other axes.

    Which of all combinations will be tried, nobody knows before.
    """
    first = {key: axis.samples[0] for key, axis in axes.items()}
    proposals = [first]
    for key, axis in axes.items():
        proposals += [first | {key: text} for text in axis.samples[1:]]
    return [[f"{key}={text}" for key, text in proposal.items()] for proposal in proposals]


def _check_data(configs: Sequence[Config]) -> None:
    """Check that all trials have the same data: otherwise the search looks for the easiest.

    Raises:
        ConfigError: Losses on what is searched cannot be compared.
    """
    keys = differing_keys([validation_params(config_params(config)) for config in configs])
    if keys:
        key = "dataset.path" if keys[0] == DIGEST_KEY else keys[0]
        raise ConfigError(
            f"{key} has several values, but losses on different data cannot be compared; a search "
            "takes one, a study's grid several"
        )
