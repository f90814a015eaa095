"""Finds the runs of versions before 0.2.0 whose fingerprints have changed since."""

from collections.abc import Mapping

from fcnn.config.neutral import drop_neutral
from fcnn.config.schema import SECTIONS, Config, flatten_hyperparameters
from fcnn.config.tables import TableDataset
from fcnn.data import former_digest, with_digest
from fcnn.network import NUMERICS_VERSION
from fcnn.params import (
    DERIVED_KEYS,
    DIGEST_KEY,
    NUMERICS_OF_0_1_0,
    PATH_KEY,
    fingerprint_of_params,
    hash_params,
)
from fcnn.tracking.connection import tag_filter
from fcnn.tracking.frames import has_result
from fcnn.tracking.names import FINGERPRINT
from fcnn.tracking.reader import Reader


def find_former_fingerprints(reader: Reader, digests: Mapping[str, str]) -> dict[str, str]:
    """Fingerprints of finished runs of older versions on these tables, by today's fingerprint.

    They knew a table by the hash of its file and by the name `csv`, and 0.1.0 also by its path, as
    it was typed.

    Args:
        reader: The open store.
        digests: Today's digests of tables, by the hashes of their files.
    """
    if NUMERICS_VERSION != NUMERICS_OF_0_1_0:
        return {}
    former: dict[str, str] = {}
    for file_hash, digest in digests.items():
        wanted = f"params.`{DIGEST_KEY}` = '{file_hash}' and {tag_filter(FINGERPRINT)}"
        for run in filter(has_result, reader.search(wanted)):
            params = {
                key: value
                for key, value in run.data.params.items()
                if key.partition(".")[0] in SECTIONS and key not in DERIVED_KEYS
            }
            today = fingerprint_of_params(params | {DIGEST_KEY: digest})
            then = run.data.tags[FINGERPRINT]
            if today != then:
                former.setdefault(today, then)
    return former


def former_fingerprints(config: Config) -> set[str]:
    """Return the fingerprints that versions before 0.2.0 gave to a config.

    They knew a table by the hash of its file, and 0.1.0 also by its path, as it was typed.
    """
    params = drop_neutral(flatten_hyperparameters(with_digest(config)))
    params["numerics"] = str(NUMERICS_VERSION)
    if isinstance(config.dataset, TableDataset):
        params |= {"dataset.name": "csv", DIGEST_KEY: former_digest(config.dataset)}
    return {
        hash_params({key: params[key] for key in params if key not in ignored})
        for ignored in ((), (PATH_KEY,))
    }
