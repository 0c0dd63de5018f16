"""Every error that lrcore raises on purpose."""


class LrcoreError(Exception):
    """The base of all errors of lrcore and its adapters."""


class InvalidScheduleError(LrcoreError, ValueError):
    """A schedule was given fields that define no schedule."""


class StepError(LrcoreError, TypeError):
    """A schedule was asked for its value at something that is not a step."""


class UnboundError(LrcoreError, ValueError):
    """Durations are not steps yet, or the figures that should make them steps do not fit."""


class DocumentError(LrcoreError, ValueError):
    """A JSON document is not a schedule that this version can read."""


class ExportError(LrcoreError, ValueError):
    """A schedule cannot be exported as asked."""


class MissingFrameworkError(LrcoreError, ImportError):
    """An adapter's framework is not installed."""
