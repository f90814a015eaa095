"""The model of a run, and MLflow's registry of models."""

from dataclasses import dataclass

from fcnn.tracking.reader import Reader

CHAMPION = "champion"
"""The alias of the version that a report has registered last."""


@dataclass(frozen=True)
class RegisteredModel:
    """A version of a registered model.

    Attributes:
        name: of the model.
        version: its number, as MLflow gives it.
    """

    name: str
    version: str

    @property
    def uri(self) -> str:
        """The address by which the version loads, as long as it is the champion."""
        return f"models:/{self.name}@{CHAMPION}"


def register_champion(reader: Reader, run_id: str, source: str, name: str) -> RegisteredModel:
    """Register the model of a run as a version of a model, with the alias `champion`.

    A run that is registered under this name already keeps its version.

    Args:
        reader: the open store.
        run_id: the run.
        source: the address of its model.
        name: of the registered model, which is created if needed.

    Raises:
        StoreError: the store has no registry, or cannot be written.
    """
    client = reader.client
    quote = '"' if "'" in name else "'"  # MLflow's filters know no escape
    wanted = f"name = {quote}{name}{quote}"
    if not client.search_registered_models(wanted):
        client.create_registered_model(name)
    versions = client.search_model_versions(wanted)
    version = next((version for version in versions if version.run_id == run_id), None)
    if version is None:
        model_id = source.removeprefix("models:/")
        version = client.create_model_version(name, source, run_id, model_id=model_id)
    client.set_registered_model_alias(name, CHAMPION, version.version)
    return RegisteredModel(name, str(version.version))
