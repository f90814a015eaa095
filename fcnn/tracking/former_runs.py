"""Finds the runs of versions before 0.2.0 whose fingerprints have changed since."""

from collections.abc import Mapping

from fcnn.config.schema import SECTIONS
from fcnn.network import NUMERICS_VERSION
from fcnn.params import DERIVED_KEYS, DIGEST_KEY, NUMERICS_OF_0_1_0, fingerprint_of_params
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
