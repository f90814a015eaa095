"""Every csv file that scikit-learn and statsmodels ship is read right, or refused with the reason.

A file has a target each; `:` marks one that holds classes.
"""

from pathlib import Path

import pytest
import sklearn.datasets
import statsmodels.datasets

from fcnn.config.tables import TableDataset
from fcnn.data.tables import split_table
from fcnn.data.user_table import read_table
from fcnn.errors import ConfigError

FOLDERS = {
    "sklearn": Path(sklearn.datasets.__file__).parent,
    "statsmodels": Path(statsmodels.datasets.__file__).parent,
}
READ = {
    "sklearn/data/diabetes_data_raw.csv.gz column_10": (9, 442),
    "sklearn/data/digits.csv.gz column_65:": (64, 1797),
    "sklearn/data/iris.csv virginica": (4, 150),
    "sklearn/data/linnerud_exercise.csv Jumps": (2, 20),
    "sklearn/data/linnerud_physiological.csv Pulse": (2, 20),
    "statsmodels/anes96/anes96.csv vote:": (9, 944),
    "statsmodels/anes96/src/anes96.csv vote:": (10, 944),
    "statsmodels/cancer/cancer.csv cancer": (1, 301),
    "statsmodels/ccard/ccard.csv AVGEXP": (4, 72),
    "statsmodels/ccard/src/ccard.csv Avgexp": (6, 100),
    "statsmodels/china_smoking/china_smoking.csv smoking_yes_cancer_yes": (3, 8),
    "statsmodels/co2/co2.csv co2": (1, 2225),
    "statsmodels/committee/committee.csv BILLS104": (5, 20),
    "statsmodels/copper/copper.csv COPPERPRICE": (6, 25),
    "statsmodels/cpunish/cpunish.csv EXECUTIONS": (6, 17),
    "statsmodels/danish_data/data.csv lrm": (5, 55),
    "statsmodels/elec_equip/elec_equip.csv STS.M.I7.W.TOVT.NS0016.4.000": (1, 257),
    "statsmodels/elnino/elnino.csv DEC": (12, 61),
    "statsmodels/engel/engel.csv foodexp": (1, 235),
    "statsmodels/fair/fair.csv affairs": (8, 6366),
    "statsmodels/fair/fair_pt.csv naffairs": (10, 601),
    "statsmodels/fertility/fertility.csv 2010": (53, 204),
    "statsmodels/grunfeld/grunfeld.csv invest": (14, 220),
    "statsmodels/grunfeld/src/grunfeld.csv invest": (14, 220),
    "statsmodels/heart/heart.csv survival": (2, 69),
    "statsmodels/interest_inflation/E6.csv R": (3, 107),
    "statsmodels/interest_inflation/E6_jmulti.csv column_2": (1, 107),
    "statsmodels/longley/longley.csv TOTEMP": (7, 16),
    "statsmodels/macrodata/macrodata.csv infl": (13, 203),
    "statsmodels/modechoice/modechoice.csv mode:": (8, 840),
    "statsmodels/modechoice/src/TableF18-2.csv MODE:": (6, 840),
    "statsmodels/nile/nile.csv volume": (1, 100),
    "statsmodels/randhie/randhie.csv mdvis": (9, 20190),
    "statsmodels/randhie/src/randhie.csv mdvis": (44, 20190),
    "statsmodels/scotland/scotvote.csv YES": (7, 32),
    "statsmodels/scotland/src/scotvote.csv CouncilTax": (41, 32),
    "statsmodels/spector/spector.csv GRADE:": (4, 32),
    "statsmodels/stackloss/stackloss.csv STACKLOSS": (3, 21),
    "statsmodels/star98/star98.csv MATHTOT": (21, 303),
    "statsmodels/statecrime/statecrime.csv murder": (6, 51),
    "statsmodels/strikes/strikes.csv duration": (1, 62),
    "statsmodels/sunspots/sunspots.csv SUNACTIVITY": (1, 309),
}
"""Inputs and rows, gaps filled by the median."""
REFUSED = {
    "sklearn/data/boston_house_prices.csv MEDV": "column MEDV is not in",
    "sklearn/data/breast_cancer.csv malignant": "has 31 fields, the header has 4; are there lines",
    "sklearn/data/diabetes_target.csv.gz column_1": "has no column besides the target",
    "sklearn/data/wine_data.csv class_2": "row 1 has 14 fields, the header has 5",
    "statsmodels/macrodata/src/unemp.csv Value": "row 6 has 5 fields, the header has 1",
    "statsmodels/scotland/src/scotland_population.csv Area": "row 11 has 1 fields, the header has",
}
"""Counts and titles above the header, rows of other lengths, no second column."""


def locate(pair):
    name, _, target = pair.partition(" ")
    package, _, path = name.partition("/")
    return FOLDERS[package] / path, target


def dataset(pair):
    path, target = locate(pair)
    if not path.exists():
        pytest.skip("this release does not ship it")
    return TableDataset(
        name="table",
        path=str(path),
        target=target.rstrip(":"),
        features=None,
        task="classification" if target.endswith(":") else "regression",
        missing="median",
        validation_share=0.2,
        test_share=0.2,
        seed=0,
    )


@pytest.mark.parametrize("pair", READ)
def test_shipped_table_is_read_with_all_its_columns_and_rows(pair):
    config = dataset(pair)
    data = split_table(config, read_table(config))
    assert data.x_test is not None
    assert (data.n_inputs, sum(map(len, (data.x, data.x_val, data.x_test)))) == READ[pair]


@pytest.mark.parametrize("pair", REFUSED)
def test_shipped_file_that_is_no_table_is_refused_with_the_reason(pair):
    with pytest.raises(ConfigError, match=REFUSED[pair]):
        read_table(dataset(pair))


def test_no_shipped_table_is_forgotten():
    tested = {locate(pair)[0] for pair in READ | REFUSED}
    shipped = {
        path
        for folder in FOLDERS.values()
        for path in folder.rglob("*.csv*")
        if path.suffix in (".csv", ".gz") and "tests" not in path.parts
    }
    assert shipped <= tested
