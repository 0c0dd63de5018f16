"""Learning-rate schedules, defined once and exact in every framework."""

from ._combinators import Product, Repeat, Sequence, Sum
from ._document import from_json, json_schema, load, save
from ._errors import (
    DocumentError,
    ExportError,
    InvalidScheduleError,
    LrcoreError,
    MissingFrameworkError,
    StepError,
)
from ._export import export
from ._leaves import Constant, Cosine, Exponential, Linear, PiecewiseConstant, Polynomial
from ._ops import Array, Operand, Ops
from ._recipes import cyclic
from ._schedule import Schedule
from ._types import Period, Positive, Steps, Value

__all__ = [
    "Array",
    "Constant",
    "Cosine",
    "DocumentError",
    "Exponential",
    "ExportError",
    "InvalidScheduleError",
    "Linear",
    "LrcoreError",
    "MissingFrameworkError",
    "Operand",
    "Ops",
    "Period",
    "PiecewiseConstant",
    "Polynomial",
    "Positive",
    "Product",
    "Repeat",
    "Schedule",
    "Sequence",
    "StepError",
    "Steps",
    "Sum",
    "Value",
    "cyclic",
    "export",
    "from_json",
    "json_schema",
    "load",
    "save",
]
