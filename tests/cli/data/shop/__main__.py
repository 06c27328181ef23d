import dataclasses
import sys

from . import Item, Order
from .stock import Tool
from .stock.items import Tool as Same

print(__name__, __package__, sys.argv[1:])
order = Order().add(Item("nail", 0.25), 10).add(Item("saw", tags=("sharp",)))
print(order)
print(order.total, dataclasses.asdict(order))
print(sorted([Item("b"), Item("a", 2), Item("a", 1)]))
print(Tool(), Tool(label="x") == Tool(label="y"), Same.count)
print(dataclasses.replace(Item("z"), price=3), hash(Item("q")) == hash(Item("q")))
try:
    Item("nail").price = 3
except dataclasses.FrozenInstanceError as error:
    print(type(error).__name__, error)
print(Item.__match_args__, [f.name for f in dataclasses.fields(Item)])
match Item("nut", 7):
    case Item(name, price=7):
        print("matched", name)
try:
    from ... import nothing
except ImportError as error:
    print(error)
try:
    from .stock import missing
except ImportError as error:
    print(error.name, error.path.rpartition("/")[2])
print(Item.__init__.__annotations__)
sys.exit(3)
