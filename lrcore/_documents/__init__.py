"""Documents of schedules and plans: plain data, JSON, files, and their JSON Schema."""

from ._differences import differences
from ._document import fingerprint, from_dict, from_json, to_dict, to_json
from ._files import load, save
from ._json_schema import json_schema

__all__ = [
    "differences",
    "fingerprint",
    "from_dict",
    "from_json",
    "json_schema",
    "load",
    "save",
    "to_dict",
    "to_json",
]
