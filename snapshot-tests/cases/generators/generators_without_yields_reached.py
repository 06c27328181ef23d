def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    return 5
    yield
attempt(lambda: next(g()))
print(list(g()), type(g()).__name__)
