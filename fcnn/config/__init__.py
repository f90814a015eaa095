"""The typed config: schema, parsing, and one-line messages about what is wrong with it."""

from fcnn.config.locations import conf_dir, project_dir
from fcnn.config.parsing import parse, parse_yaml
from fcnn.config.schema import Config, Study, Tracking

__all__ = [
    "Config",
    "Study",
    "Tracking",
    "conf_dir",
    "parse",
    "parse_yaml",
    "project_dir",
]
