def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g(): yield
attempt(lambda: g().send(1))
print(g().send(None))
attempt(lambda: next(5))
