def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def r(x):
    raise x
def f(x, y):
    raise x from y
attempt(lambda: r(5))
attempt(lambda: r("text"))
attempt(lambda: r(int))
attempt(lambda: r(None))
attempt(lambda: f(ValueError, 5))
attempt(lambda: f(ValueError("v"), KeyError))
