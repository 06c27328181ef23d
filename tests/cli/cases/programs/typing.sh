$PY -c '
from typing import *
import typing, collections.abc
class Shape:
    def scale(self, n: float) -> Self: return self
print(get_type_hints(Shape.scale), Self, Never, LiteralString, NoReturn)
def stop(x: Never) -> Never: ...
try: assert_never(5)
except AssertionError as e: print(e)
print(assert_type(3, int), reveal_type(4))
class Movie(TypedDict, total=False):
    title: Required[str]
    year: NotRequired[int]
    note: str
print(Movie.__required_keys__, sorted(Movie.__optional_keys__), get_type_hints(Movie), get_type_hints(Movie, include_extras=True))
Ts = TypeVarTuple("Ts"); T = TypeVar("T")
class Array(Generic[Unpack[Ts]]): pass
class Pair(Generic[T, Unpack[Ts]]): pass
print(Ts, Unpack[Ts], Array[int, str], Pair[int, str, float], Array.__parameters__, tuple[Unpack[Ts]], Tuple[Unpack[Ts], int])
print(Pair[T, Unpack[Ts]][int, str, bytes], Callable[[Unpack[Ts]], T], *Ts)
@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x): return x
print(len(get_overloads(f))); clear_overloads(); print(get_overloads(f))
@dataclass_transform(kw_only_default=True)
def deco(cls): return cls
print(deco.__dataclass_transform__)
class AnySub(Any): pass
print(AnySub.__mro__[1], isinstance(5, int))
try: Any()
except TypeError as e: print(e)
class NT(NamedTuple, Generic[T]):
    x: T
    y: int = 0
print(NT(1), NT[int], NT.__orig_bases__)
class TD(TypedDict, Generic[T]):
    v: T
print(TD[int], TD.__parameters__)
print(Optional[int], Union[int, str, None], Literal[1, "a"], Annotated[int, "m"], Callable[..., int], Type[int], ClassVar[int], Final[int], List[int], Dict[str, int])
print(get_type_hints(lambda: 0), get_origin(List[int]), get_args(Callable[[int], str]), is_typeddict(Movie))
def g(x: int = None, *args: Unpack[Ts]): ...
print(get_type_hints(g))
P = ParamSpec("P")
class Z(Generic[T, P]): pass
print(Z[int, [str, bool]], Z[int, ...], Concatenate[int, P], P.args, P.kwargs)
@runtime_checkable
class Proto(Protocol):
    def meth(self): ...
class Impl:
    def meth(self): ...
print(isinstance(Impl(), Proto), issubclass(Impl, Proto), isinstance(5, Proto))
print(NewType("N", int), TypeAlias, TypeGuard[int], cast(int, "x"), ForwardRef("X"))
for bad in ("Self[int]", "Never[int]", "Required[int, str]", "Unpack[int, str]", "Generic[int]", "Union[()]", "List[int, str]", "Literal", "Array[T][int, str]", "Callable[int]", "ClassVar[ClassVar[int]]"):
    try: print(bad, eval(bad))
    except TypeError as e: print(bad, "TypeError", e)
' 2>&1; echo $?
