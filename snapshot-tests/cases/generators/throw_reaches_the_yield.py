def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def g():
    while True:
        try:
            yield "ready"
        except ValueError as error:
            print("caught", error)
            yield "recovered"
i = g()
print(next(i), i.throw(ValueError("v")), next(i))
attempt(lambda: i.throw(KeyError("k")))
attempt(lambda: next(i))
attempt(lambda: g().throw(TypeError("first")))
attempt(lambda: g().throw(5))
attempt(lambda: g().throw(ValueError, "text"))
