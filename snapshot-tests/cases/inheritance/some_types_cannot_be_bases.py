def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: type("C", (bool,), {}))
attempt(lambda: type("C", (type(None),), {}))
attempt(lambda: type("C", (range,), {}))
attempt(lambda: type("C", (slice,), {}))
attempt(lambda: type("C", (type(len),), {}))
attempt(lambda: type("C", (type(lambda: 0),), {}))
attempt(lambda: type("C", (5,), {}))
