"""docs/hyperparameters.md is made from the declarations, and so is never wrong."""

from fcnn.config.locations import project_dir
from scripts.hyperparameters import write_page


def test_page_is_what_the_declarations_say():
    page = (project_dir() / "docs" / "hyperparameters.md").read_text()
    assert page == write_page(), "python scripts/hyperparameters.py writes it anew"
