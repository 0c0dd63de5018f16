"""What an adapter needs: the protocols to implement, and the parts that all adapters share."""

from ._binding import bound
from ._export import Adapter, Evaluator, Values, adapter
from ._functions import expm1, log1p
from ._ops import PI, Array, Operand, Ops
from ._reference import to_float32
from ._rounding import Precision, checked, settle
from ._stack import Rows, choose, flat_table
from ._twin import with_numbers

__all__ = [
    "PI",
    "Adapter",
    "Array",
    "Evaluator",
    "Operand",
    "Ops",
    "Precision",
    "Rows",
    "Values",
    "adapter",
    "bound",
    "checked",
    "choose",
    "expm1",
    "flat_table",
    "log1p",
    "settle",
    "to_float32",
    "with_numbers",
]
