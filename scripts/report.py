"""Draws the report of a study; `python scripts/report.py --help` says how."""

import math
from pathlib import Path

import hydra
from omegaconf import DictConfig

from fcnn.config import ConfigError, study_name
from fcnn.refusals import refusing
from fcnn.tracking.store import StoreError, check, exists


@hydra.main(version_base="1.3", config_path=".", config_name="report")
def main(cfg: DictConfig) -> None:
    """Writes the report and says where it is."""
    with refusing():
        _report(cfg)


def _report(cfg: DictConfig) -> None:
    uri, target = str(cfg.tracking.uri), cfg.report.target
    name = study_name(cfg.study) if cfg.study is not None else None
    if target is not None and not (isinstance(target, int | float) and 0 < target < math.inf):
        raise ConfigError(f"report.target={target}: should be a number above 0")
    if cfg.findings and name is not None:
        raise ConfigError(f"study={name}: findings are of the original's studies; findings=true goes without a study")
    check(uri)
    if not exists(uri):
        raise StoreError("tracking.uri: there is no store yet; scripts/train.py makes one")
    if cfg.findings or name is None:
        (_list_findings if cfg.findings else _list_studies)(uri)
        return
    from fcnn.report.build import build

    try:
        files = build(uri, name, Path(cfg.output) / name, cfg.report.run, target)
    except OSError as error:
        raise ConfigError(f"output={cfg.output}: cannot be written: {error.strerror}") from None
    for file in files:
        print(file)


def _list_studies(uri: str) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    from fcnn.tracking.reader import Reader

    table = Table("study", *(Column(heading, justify="right") for heading in ("runs", "finished", "failed", "running")), box=None)
    for name, counts in Reader(uri).studies().items():
        failed = counts["FAILED"] + counts["KILLED"]
        table.add_row(name, str(counts.total()), str(counts["FINISHED"]), str(failed), str(counts["RUNNING"]))
    Console().print(table)


def _list_findings(uri: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from fcnn.report.findings import findings

    table = Table("sentence", "verdict", "figures", "seeds", show_lines=True)
    for row in findings(uri).itertuples(index=False):
        table.add_row(*map(str, row))
    Console().print(table)


if __name__ == "__main__":
    main()
