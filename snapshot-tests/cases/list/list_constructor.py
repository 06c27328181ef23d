def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(list(), list("ab"), list({"x": 1}), list(range(3)), list((1, 2)), list(x for x in "q"))
attempt(lambda: list(5))
attempt(lambda: list(None))
attempt(lambda: list(x=1))
