"""Imports and caches for the process that commands are forked from: what each would do anew.

Libraries that train are left out of fcnn: they start TensorFlow, whose threads no fork has.
"""
# ruff: noqa: E402, F401

import contextlib
import gc
import io
import os
import pkgutil
from importlib import import_module

FIRST_ENVIRONMENT = dict(os.environ)
"""The environment before imports, of which some set variables."""

import alembic.command
import alembic.config
import contourpy
import hydra
import keras
import matplotlib.backends.backend_agg
import matplotlib.backends.backend_svg
import mlflow.cli
import mlflow.keras
import mlflow.models.display_utils
import mlflow.pyfunc
import mlflow.sklearn
import mlflow.store.tracking.sqlalchemy_store
import mlflow.store.tracking.sqlalchemy_workspace_store
import mlflow.tensorflow
import mlflow.tracing.processor.base_mlflow
import mlflow.utils.search_logged_model_utils
import plotly.graph_objects
import plotly.offline
import pyarrow.csv
import pyarrow.pandas_compat
import pydantic.dataclasses
import rich.progress
import skops.io
import sqlalchemy.dialects.sqlite
import sqlalchemy.orm
import statsmodels.formula.api
import tensorflow
from hydra import compose, initialize_config_dir
from hydra.core.plugins import Plugins
from matplotlib.figure import Figure
from mlflow.utils.requirements_utils import _init_packages_to_modules_map
from PIL import Image
from sklearn import neural_network

import fcnn
from fcnn.config.locations import conf_dir

with contextlib.suppress(ImportError):
    import torch
with contextlib.suppress(ImportError):
    import optuna

sqlalchemy.orm.configure_mappers()
Image.init()
_init_packages_to_modules_map()  # of all packages there are, before it saves a first model

Plugins.instance()  # before anything imports one: Hydra executes them itself
for module in pkgutil.walk_packages(fcnn.__path__, "fcnn."):
    if not module.name.startswith("fcnn.libraries."):
        import_module(module.name)

with initialize_config_dir(str(conf_dir()), version_base="1.3"):  # the parser learns its grammar
    compose("train", ["model.hidden_units=[2]", "study.name='a b'"])
figure = Figure(layout="constrained")
figure.subplots().set_title("$a$")
figure.savefig(io.BytesIO(), format="png")
plotly.graph_objects.Figure(plotly.graph_objects.Scatter(x=[0], y=[0], line={"width": 1})).to_json()

gc.collect()
gc.freeze()
