"""How good a model is: figures with their uncertainty, errors to read, comparison with another model.

>>> from conflict_events.evaluation import Bootstrap, evaluate, find_model, predict, read_data  # doctest: +SKIP
"""

from conflict_events.evaluation.bootstrap import Bootstrap
from conflict_events.evaluation.evaluate import Evaluation, Figure, evaluate
from conflict_events.evaluation.predict import Model, Predictions, default_model, find_model, predict
from conflict_events.evaluation.read_data import Columns, Data, DataError, read_data

__all__ = [
    "Bootstrap",
    "Columns",
    "Data",
    "DataError",
    "Evaluation",
    "Figure",
    "Model",
    "Predictions",
    "default_model",
    "evaluate",
    "find_model",
    "predict",
    "read_data",
]
