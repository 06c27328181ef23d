def f(a: int, b: "x" = 1, *c: str, d: float = 2.0, **e: dict) -> None: pass
print(f.__annotations__)
del f.__annotations__
print(f.__annotations__)
