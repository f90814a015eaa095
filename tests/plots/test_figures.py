import itertools
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.contour import ContourSet

from fcnn.analysis.surface import RESOLUTION, compute_surface
from fcnn.data import encode_classes, load_data
from fcnn.network import forward, initial_weights
from fcnn.plots.colours import CLASS_COLOURS
from fcnn.plots.figures.network import NEGATIVE, POSITIVE, plot_network
from fcnn.plots.figures.points import plot_points
from fcnn.plots.figures.surface import plot_predicted_against_true, plot_surface
from fcnn.plots.typesetting import encode_figure
from fcnn.targets import TARGET_FUNCTIONS, Task


@pytest.fixture
def load(config):
    return lambda name: load_data(config(f"dataset={name}"))


def panels(figure):
    """The axes that are not colour bars."""
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def test_points_are_a_scatter_of_the_data_set_the_higher_the_colder(load):
    data = load("prod")
    (axes,) = panels(plot_points({"prod": data}))
    (scatter,) = axes.collections
    np.testing.assert_allclose(scatter.get_offsets(), data.x)
    np.testing.assert_allclose(scatter.get_array(), data.y[:, 0])
    high, low = scatter.cmap(1.0), scatter.cmap(0.0)
    assert high[2] > high[0]  # blue
    assert low[0] > low[2]  # red


def test_classes_have_distinct_colours_and_a_legend(load):
    (axes,) = panels(plot_points({"circles": load("circles")}))
    colours = [matplotlib.colors.to_hex(scatter.get_facecolor()[0]) for scatter in axes.collections]
    assert colours == [colour.lower() for colour in CLASS_COLOURS[:4]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["0", "1", "2", "3"]


def test_twelve_data_sets_have_a_panel_each(load):
    figure = plot_points({name: load(name) for name in TARGET_FUNCTIONS})
    titles = [axes.get_title() for axes in panels(figure) if axes.get_visible()]
    assert titles == [f"{name}, 2500 points" for name in TARGET_FUNCTIONS]


def perfect_network(name):
    """A network that has learned everything about a target function."""
    target = TARGET_FUNCTIONS[name]

    def predict(x):
        values = target(x.astype(float))
        if target.n_classes:
            return encode_classes(values.astype(int), target.n_classes)
        return values[:, np.newaxis].astype(np.float32)

    return predict


@pytest.mark.parametrize("name", ["prod", "xor", "circles"])
def test_surface_shows_prediction_truth_and_error_beyond_the_points_edge(load, name):
    figure = plot_surface(perfect_network(name), load(name), TARGET_FUNCTIONS[name], "network")
    prediction, truth, error = panels(figure)
    titles = [axes.get_title() for axes in (prediction, truth, error)]
    assert titles == ["prediction", "truth", "error"]
    for axes in (prediction, truth, error):
        low, high = axes.get_xlim()
        assert low < -2
        assert high > 2
    kinds = {
        "prod": (ContourSet, ContourSet),
        "xor": (ContourSet, QuadMesh),
        "circles": (QuadMesh, QuadMesh),
    }[name]
    assert isinstance(prediction.collections[0], kinds[0])
    assert isinstance(truth.collections[0], kinds[1])
    (scatter,) = [artist for artist in prediction.collections if isinstance(artist, PathCollection)]
    assert 200 < len(scatter.get_offsets()) <= 500
    assert figure.get_suptitle().startswith("network\n")


def test_error_is_prediction_minus_truth(load):
    figure = plot_surface(
        lambda x: perfect_network("prod")(x) + np.float32(0.25),
        load("prod"),
        TARGET_FUNCTIONS["prod"],
        "network",
    )
    _, _, error = panels(figure)
    assert error.collections[0].zmin == pytest.approx(0.25, abs=1e-5)
    assert error.collections[0].zmax == pytest.approx(0.25, abs=1e-5)


def test_error_of_classes_is_one_minus_the_probability_of_the_true_one(load):
    figure = plot_surface(
        lambda x: np.full((len(x), 4), 0.25, dtype=np.float32),
        load("circles"),
        TARGET_FUNCTIONS["circles"],
        "network",
    )
    error = panels(figure)[2].collections[0]
    assert (error.zmin, error.zmax) == (0.75, 0.75)


def test_truth_and_prediction_share_their_colour_scale(load):
    prediction, truth, _ = panels(
        plot_surface(
            lambda x: 5 * perfect_network("prod")(x),
            load("prod"),
            TARGET_FUNCTIONS["prod"],
            "network",
        )
    )
    assert prediction.collections[0].get_clim() == truth.collections[0].get_clim()


def test_table_of_two_inputs_has_a_surface_without_truth_and_error(load):
    assert len(panels(plot_surface(perfect_network("prod"), load("prod"), None, "network"))) == 1


def test_surface_of_classes_is_fine_enough_to_see_their_edges():
    assert RESOLUTION >= 100


def test_surface_has_a_value_for_each_grid_point_and_marks_those_among_the_points(load):
    surface = compute_surface(perfect_network("prod"), load("prod"), TARGET_FUNCTIONS["prod"])
    x1, x2 = np.meshgrid(*surface.edges)
    np.testing.assert_allclose(surface.truth, (x1 * x2 / 4).ravel())
    np.testing.assert_allclose(surface.prediction, surface.truth, atol=1e-6)
    np.testing.assert_allclose(surface.error, 0, atol=1e-6)
    is_inside = (np.abs(x1) <= 2) & (np.abs(x2) <= 2)
    np.testing.assert_array_equal(surface.is_inside, is_inside.ravel())


def test_values_of_other_tables_are_predicted_against_true():
    true, predicted = np.float32([[1], [2], [3]]), np.float32([[1.5], [2], [2.5]])
    (axes,) = panels(plot_predicted_against_true(true, predicted, Task.REGRESSION, (), "network"))
    np.testing.assert_allclose(axes.collections[0].get_offsets(), [[1, 1.5], [2, 2], [3, 2.5]])
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "true (standardised)",
        "predicted (standardised)",
    )


def test_classes_of_other_tables_are_a_confusion_matrix():
    one_hot = np.eye(3, dtype=np.float32)
    true, predicted = one_hot[[0, 0, 1, 2]], one_hot[[0, 1, 1, 2]]
    (axes,) = panels(
        plot_predicted_against_true(true, predicted, Task.MULTICLASS, ("a", "b", "c"), "network")
    )
    numbers = [int(text.get_text()) for text in axes.texts]
    assert numbers == [1, 1, 0, 0, 1, 0, 0, 0, 1]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b", "c"]


def test_diagram_has_a_line_for_each_weight_by_sign_and_magnitude():
    weights = initial_weights((2, 16, 16, 1), "he_normal", seed=0)
    (axes,) = panels(plot_network(weights, "network"))
    layers = [artist for artist in axes.collections if hasattr(artist, "get_segments")]
    assert [len(lines.get_segments()) for lines in layers] == [2 * 16, 16 * 16, 16]
    for lines, kernel in zip(layers, weights[0::2], strict=True):
        widths = lines.get_linewidths()
        assert list(widths) == sorted(widths)
        by_magnitude = kernel.ravel()[np.argsort(np.abs(kernel).ravel())]
        colours = [matplotlib.colors.to_hex(colour).upper() for colour in lines.get_colors()]
        assert colours == [POSITIVE if weight > 0 else NEGATIVE for weight in by_magnitude]


def test_diagram_has_a_circle_for_each_neuron_and_names_its_layers():
    (axes,) = panels(plot_network(initial_weights((2, 5, 3, 1), "he_normal", seed=0), "network"))
    circles = [artist for artist in axes.collections if isinstance(artist, PathCollection)]
    assert [len(circle.get_offsets()) for circle in circles] == [2, 5, 3, 1]
    texts = {text.get_text() for text in axes.texts}
    assert {"inputs", "hidden layer 1", "hidden layer 2", "outputs"} <= texts


def test_forward_is_the_formula():
    weights = [
        np.float32([[1, -1], [2, 0]]),
        np.float32([0, 0.5]),
        np.float32([[3], [4]]),
        np.float32([-1]),
    ]
    x = np.float32([[1, 1], [0, -1]])
    hidden = np.maximum(0, [[3, -0.5], [-2, 0.5]])
    logits = hidden @ [[3], [4]] - 1
    np.testing.assert_allclose(forward(weights, x, "relu", Task.REGRESSION), logits)
    np.testing.assert_allclose(
        forward(weights, x, "relu", Task.BINARY), 1 / (1 + np.exp(-logits)), rtol=1e-6
    )
    output_layer = [np.float32([[1, 0, 0], [0, 1, 0]]), np.float32([0, 0, 1])]
    several = forward([*weights[:2], *output_layer], x, "relu", Task.MULTICLASS)
    np.testing.assert_allclose(several.sum(axis=1), 1, rtol=1e-6)
    exponentials = np.exp([[3, 0, 1], [0, 0.5, 1]])
    softmax = exponentials / exponentials.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(several, softmax, rtol=1e-6)


def test_colours_of_classes_are_distinct():
    assert all(first != second for first, second in itertools.combinations(CLASS_COLOURS, 2))


@pytest.mark.parametrize("value", [0.0, 5.0, np.nan, np.inf, -np.inf, 3e38])
def test_surface_of_a_network_that_gives_one_value_is_drawn(load, value):
    data = load("prod")
    flat_data = replace(data, y=np.full_like(data.y, 5))

    def constant(x):
        return np.full((len(x), 1), value, dtype=np.float32)

    for target in (None, TARGET_FUNCTIONS["prod"]):
        content, _ = encode_figure(plot_surface(constant, flat_data, target, "network"), "png")
        assert len(content) > 1000


def test_infinite_part_of_a_surface_is_left_white_and_the_rest_has_its_colours(load):
    def half_infinite(x):
        return np.where(x[:, :1] > 0, np.inf, x[:, 1:]).astype(np.float32)

    (axes,) = panels(plot_surface(half_infinite, load("prod"), None, "network"))
    contours = axes.collections[0]
    assert (contours.zmin, contours.zmax) == pytest.approx((-3, 3), abs=0.1)


def test_infinite_predictions_do_not_stop_the_plot_of_predicted_against_true():
    true, predicted = np.float32([[1], [2], [3]]), np.float32([[np.inf], [2], [np.nan]])
    figure = plot_predicted_against_true(true, predicted, Task.REGRESSION, (), "network")
    assert len(encode_figure(figure, "png")[0]) > 1000


def test_classes_that_begin_with_an_underscore_are_in_the_legend(load):
    data = replace(load("circles"), classes=("_a", "$b$", "__c", "[/d]"))
    (axes,) = panels(plot_points({"_data": data}))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(data.classes)
