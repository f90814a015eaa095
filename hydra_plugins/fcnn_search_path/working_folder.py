"""Lets users keep studies of their own in `./conf/study`, beside those that come with fcnn."""

from pathlib import Path

from hydra.core.config_search_path import ConfigSearchPath
from hydra.plugins.search_path_plugin import SearchPathPlugin

from fcnn.config.locations import conf_dir


class WorkingFolderSearchPath(SearchPathPlugin):
    """Adds `./conf` to the search path of fcnn's commands and of `fcnn.Study`.

    Hydra asks every installed plugin about every app; those of others are left alone. Where both
    folders have a file of the same name, the one that comes with fcnn wins.
    """

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Append the folder, if the app is one of ours and the folder exists."""
        built_in, own = conf_dir(), Path.cwd() / "conf"
        is_our_app = any(
            element.provider == "main" and element.path == str(built_in)
            for element in search_path.get_path()
        )
        if is_our_app and own.is_dir() and own.resolve() != built_in.resolve():
            search_path.append("working-folder", f"file://{own}")
