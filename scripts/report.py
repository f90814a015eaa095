"""Draws the report of a study; `python scripts/report.py --help` says how."""

from pathlib import Path

import hydra
from omegaconf import DictConfig

from fcnn.config import ConfigError, study_name
from fcnn.tracking.store import StoreError, check, exists


@hydra.main(version_base="1.3", config_path=".", config_name="report")
def main(cfg: DictConfig) -> None:
    """Writes the report and says where it is."""
    uri = str(cfg.tracking.uri)
    try:
        name = study_name(cfg.study)
        check(uri)
        if not exists(uri):
            raise StoreError("tracking.uri: there is no store yet; scripts/train.py makes one")
        from fcnn.report.build import NothingToReportError, build
    except (ConfigError, StoreError) as error:
        raise SystemExit(str(error)) from None
    try:
        files = build(uri, name, Path(cfg.output) / name, cfg.report.run)
    except (NothingToReportError, StoreError) as error:
        raise SystemExit(str(error)) from None
    except OSError as error:
        raise SystemExit(f"output={cfg.output}: cannot be written: {error.strerror}") from None
    for file in files:
        print(file)


if __name__ == "__main__":
    main()
