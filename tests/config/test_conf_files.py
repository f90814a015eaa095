"""Files of `conf/` do what they say."""

import pytest
from omegaconf import OmegaConf

from fcnn.config.locations import conf_dir

FILES = sorted(conf_dir().glob("*/**/*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(conf_dir())))
def test_no_default_replaces_a_value_of_the_file_that_names_it(path):
    file = OmegaConf.load(path)
    defaults = [str(default) for default in file.get("defaults", ["_self_"])]
    for default in defaults[defaults.index("_self_") + 1 :] if "_self_" in defaults else []:
        shared = OmegaConf.load(conf_dir() / f"{default.removesuffix('@_here_')[1:]}.yaml")
        assert set(file) & set(shared) == set(), "put _self_ last"
