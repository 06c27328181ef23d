def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def f(**kw): return kw
print(f(**{"not an identifier": 1, "": 2, "class": 3}))
attempt(lambda: f(**{None: 1}))
