from __future__ import annotations

from dataclasses import dataclass, field, KW_ONLY
from typing import ClassVar


@dataclass(frozen=True, order=True, slots=True)
class Item:
    name: str
    price: float = 1.5
    _: KW_ONLY
    tags: tuple[str, ...] = ()


@dataclass
class Tool:
    count: ClassVar[int] = 0
    parts: list[Item] = field(default_factory=list, repr=False)
    label: str = field(default="tool", compare=False)

    def __post_init__(self):
        type(self).count += 1
