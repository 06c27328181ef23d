def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    yield 1
    raise StopIteration("inner")
i = g()
next(i)
try:
    next(i)
except RuntimeError as error:
    print(error, repr(error.__cause__))
def h():
    yield next(iter([]))
attempt(lambda: list(h()))
