"""What an adapter needs: the protocols to implement, and the parts that all adapters share."""

from ._definition._steps import checked_step, step_or_tensor
from ._definition._tracing import with_traced
from ._documents import differences
from ._errors import shown
from ._evaluation._blocks import Blocks
from ._evaluation._evaluable import Evaluable
from ._evaluation._functions import expm1, log1p
from ._evaluation._operands import with_numbers
from ._evaluation._ops import PI, Array, Operand, Ops
from ._evaluation._rounding import Precision, checked, settled, to_float32
from ._evaluation._stack import Rows, choose, flat_table
from ._evaluation._traced import Traced, is_traced
from ._evaluation._value import LAST_STEP, value_at
from ._exports._adapter import Adapter, Evaluator, Values, adapter

__all__ = [
    "LAST_STEP",
    "PI",
    "Adapter",
    "Array",
    "Blocks",
    "Evaluable",
    "Evaluator",
    "Operand",
    "Ops",
    "Precision",
    "Rows",
    "Traced",
    "Values",
    "adapter",
    "checked",
    "checked_step",
    "choose",
    "differences",
    "expm1",
    "flat_table",
    "is_traced",
    "log1p",
    "settled",
    "shown",
    "step_or_tensor",
    "to_float32",
    "value_at",
    "with_numbers",
    "with_traced",
]
