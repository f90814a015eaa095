"""Names of the libraries that train networks."""

from typing import Literal, get_args

LibraryName = Literal["keras", "tensorflow", "torch", "sklearn"]
"""Library that trains the network."""
ALL_LIBRARIES: tuple[LibraryName, ...] = get_args(LibraryName)
TENSOR_LIBRARIES: tuple[LibraryName, ...] = ("keras", "tensorflow", "torch")
"""Those of them that compute gradients of anything."""
