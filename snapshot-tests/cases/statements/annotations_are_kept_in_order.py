def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


a: int = 1
b: "str"
c: list[int] = []
print(__annotations__)
attempt(lambda: b)
class C:
    x: int
    y: str = "v"
print(C.__annotations__, C.y)
def f():
    z: undefined_name = 3
    return z
print(f(), f.__annotations__)
