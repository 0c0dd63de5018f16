"""Properties that are computed once, without a lock.

That of `functools` in Python 3.11 holds a lock of the class while it computes, so threads that compute
properties of different schedules, each of which needs another property, wait for each other for ever.
Schedules are immutable: when two threads compute a property at once, both get the same.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functools import cached_property as cached_property
else:

    class cached_property(functools.cached_property):  # noqa: N801
        """A property that is computed once."""

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value
