import dataclasses
from typing import NamedTuple

from . import stock
from .stock.items import Item, Tool as _Tool


class Line(NamedTuple):
    item: Item
    count: int = 1


@dataclasses.dataclass
class Order:
    lines: list = dataclasses.field(default_factory=list)

    def add(self, item, count=1):
        self.lines.append(Line(item, count))
        return self

    @property
    def total(self):
        return sum(line.item.price * line.count for line in self.lines)


assert stock.Tool is _Tool
