"""Imports and caches for the process that commands are forked from.

Libraries that train are left out of fcnn: they start TensorFlow, whose threads no fork has.
"""
# ruff: noqa: E402, F401

import contextlib
import gc
import os
import pkgutil
from importlib import import_module

FIRST_ENVIRONMENT = dict(os.environ)
"""The environment before imports, of which some set variables."""

import alembic.command
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
import plotly.graph_objects
import pyarrow.csv
import pydantic.dataclasses
import rich.progress
import sqlalchemy.orm
import statsmodels.formula.api
import tensorflow
from hydra.core.plugins import Plugins
from mlflow.utils.requirements_utils import _init_packages_to_modules_map
from PIL import Image

import fcnn

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
gc.collect()
gc.freeze()
