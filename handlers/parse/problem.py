"""What a parser gives back instead of a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no answer. `key` ends a catalogue key (`money.unclear`); `values` go into its words."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
