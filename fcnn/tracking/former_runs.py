"""Finds the runs of version 0.1.0 whose fingerprints have changed since."""

from collections.abc import Collection

from fcnn.config.schema import SECTIONS
from fcnn.network import NUMERICS_VERSION
from fcnn.params import DERIVED_KEYS, DIGEST_KEY, NUMERICS_OF_0_1_0, fingerprint_of_params
from fcnn.tracking.connection import tag_filter
from fcnn.tracking.frames import has_result
from fcnn.tracking.names import FINGERPRINT
from fcnn.tracking.reader import Reader


def find_former_fingerprints(reader: Reader, digests: Collection[str]) -> dict[str, str]:
    """Fingerprints of finished runs of 0.1.0 on these csv files, by today's fingerprint.

    In 0.1.0 the path of the file, as it was typed, was part of the fingerprint.
    """
    if NUMERICS_VERSION != NUMERICS_OF_0_1_0:
        return {}
    former: dict[str, str] = {}
    for digest in digests:
        wanted = f"params.`{DIGEST_KEY}` = '{digest}' and {tag_filter(FINGERPRINT)}"
        for run in filter(has_result, reader.search(wanted)):
            params = {
                key: value
                for key, value in run.data.params.items()
                if key.partition(".")[0] in SECTIONS and key not in DERIVED_KEYS
            }
            today, then = fingerprint_of_params(params), run.data.tags[FINGERPRINT]
            if today != then:
                former.setdefault(today, then)
    return former
