import pytest
from omegaconf import OmegaConf

from fcnn.config import locations
from fcnn.config.schema import Tracking


@pytest.fixture
def package_dir(tmp_path, monkeypatch):
    """The package as a wheel installs it, with the configs inside, and a working folder."""
    package_dir = tmp_path / "site-packages" / "fcnn"
    (package_dir / "conf").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(locations, "PACKAGE_DIR", package_dir)
    monkeypatch.chdir(tmp_path / "work")
    return package_dir


def test_configs_and_store_of_a_checkout_do_not_depend_on_the_working_directory(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert not locations.is_installed()
    assert (locations.conf_dir() / "train.yaml").is_file()
    assert locations.project_dir() == locations.conf_dir().parent


def test_installed_package_has_its_own_configs(package_dir):
    assert locations.is_installed()
    assert locations.conf_dir() == package_dir / "conf"


def test_installed_package_keeps_store_and_outbox_in_the_working_directory(package_dir, tmp_path):
    work = tmp_path / "work"
    cfg = OmegaConf.create({"uri": "sqlite:///${project_dir:}/mlflow.db", "old": "${checkout:}"})
    assert cfg == {"uri": f"sqlite:///{work}/mlflow.db", "old": str(work)}
    tracking = Tracking(uri=cfg.uri, save_model=False, parent_run_id=None)
    assert tracking.outbox == str(work / "outbox")
