"""What can be chosen by name."""

from enum import StrEnum


class Activation(StrEnum):
    """Activation function of the hidden layers."""

    RELU = "relu"
    SIGMOID = "sigmoid"
    TANH = "tanh"


class Initializer(StrEnum):
    """Distribution of the initial kernels; biases start at zero. `fcnn.network` has the formulas."""

    RANDOM_UNIFORM = "random_uniform"
    GLOROT_UNIFORM = "glorot_uniform"
    HE_NORMAL = "he_normal"


class LibraryName(StrEnum):
    """Library that trains the network."""

    KERAS = "keras"
    TENSORFLOW = "tensorflow"
    TORCH = "torch"
    SKLEARN = "sklearn"


class TableTask(StrEnum):
    """Task of a table; two classes or several is what its target column says."""

    REGRESSION = "regression"
    CLASSIFICATION = "classification"


class BundledTable(StrEnum):
    """Tables that come with scikit-learn, none of them fetched from anywhere."""

    BREAST_CANCER = "breast_cancer"
    DIABETES = "diabetes"
    DIGITS = "digits"
    IRIS = "iris"
    LINNERUD = "linnerud"
    WINE = "wine"
