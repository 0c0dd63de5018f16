"""Every error and warning that lrcore raises on purpose."""


class LrcoreError(Exception):
    """The base of all errors of lrcore and its adapters."""

    __module__ = "lrcore"


class InvalidScheduleError(LrcoreError, ValueError):
    """A schedule, a duration or a plan was given values that define none."""

    __module__ = "lrcore"


class FormulaError(LrcoreError, TypeError):
    """A formula does something that not every framework can compute."""

    __module__ = "lrcore"


class StepError(LrcoreError, TypeError):
    """A schedule was asked for its value at something that is not a step."""

    __module__ = "lrcore"


class UnboundError(LrcoreError, ValueError):
    """A duration is not a number of steps yet, or the arguments of `bind` do not fit."""

    __module__ = "lrcore"


class DocumentError(LrcoreError, ValueError):
    """A document is not a schedule or plan that this version of lrcore can read."""

    __module__ = "lrcore"


class ExportError(LrcoreError, ValueError):
    """A schedule cannot be exported as asked."""

    __module__ = "lrcore"


class MissingFrameworkError(LrcoreError, ImportError):
    """The framework of an adapter is not installed."""

    __module__ = "lrcore"


class RunLengthWarning(UserWarning):
    """A schedule with durations in parts of the run does not last as long as the run."""

    __module__ = "lrcore"
