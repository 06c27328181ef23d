def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def a():
    return (yield from b())
def b():
    yield 1
    return [2]
g = a()
print(next(g))
attempt(lambda: next(g))
