def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    yield next(i)
i = g()
attempt(lambda: next(i))
