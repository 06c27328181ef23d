$PY -c '
from dataclasses import *
from enum import *
import logging, sys
@dataclass(slots=True, weakref_slot=True)
class A: x: int
print(A.__slots__, A.__doc__)
try:
    @dataclass
    class B: x: list = field(default=[])
except ValueError as e: print(e)
class U:
    __hash__ = None
try:
    @dataclass
    class C: x: U = U()
except ValueError as e: print(e)
try: dataclass(weakref_slot=True)(U)
except TypeError as e: print(e)
class Color(Enum):
    RED = 1; GREEN = "g"; ALIAS = 1
    @property
    def low(self): return self.name.lower()
print(Color.RED, repr(Color.GREEN), list(Color), Color(1), Color["RED"], Color.RED.low, Color.ALIAS is Color.RED, Color.__members__.keys(), dir(Color.RED)[-4:])
for f in (lambda: Color(5), lambda: Color["X"], lambda: Color.BLUE, lambda: 1 in Color, lambda: setattr(Color, "RED", 2), lambda: Color.RED.RED):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
class P(Flag):
    R = auto(); W = auto(); X = auto(); RW = R | W
print(P.R | P.X, repr(P.RW), ~P.R, P(7), P.R in P.RW, list(P.RW), P(0), bool(P(0)), len(P))
class I(IntEnum):
    A = 1
class S(StrEnum):
    ONE = auto()
print(I.A + 1, f"{I.A}", str(I.A), format(S.ONE), S.ONE == "one", repr(S.ONE), Enum("Fn", "A B").B)
import http; print(http.HTTPStatus(404), http.HTTPMethod.GET, repr(http.HTTPMethod.GET))
logging.basicConfig(stream=sys.stdout, format="%(levelname)s:%(name)s:%(lineno)d:%(funcName)s:%(message)s", level=logging.DEBUG)
def work(): logging.getLogger("a.b").warning("hello %s", "x", stack_info=False)
work(); logging.info("root"); print(logging.getLevelNamesMapping())
try: 1/0
except ZeroDivisionError: logging.exception("failed")
' 2>&1; echo $?
