def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(*, a=1, b): return a, b
print(f(b=2), f(b=3, a=4))
f.__kwdefaults__ = {"b": 9}
print(f(a=0))
attempt(lambda: f())
