x: int = 1
y: "str"
(z): float = 2.0
a.b: c = d


def f(a: int, /, b: str = "", *args: bytes, key: list[int] = [], **rest: dict) -> None:
    local: undefined
    other: tuple = ()


class C:
    field: int
    value: str = "v"
