def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(any([]), all([]), any([0, 1]), all([1, 0]), any(x for x in [0]), all({"a": 1}))
attempt(lambda: any(5))
attempt(lambda: all(None))
