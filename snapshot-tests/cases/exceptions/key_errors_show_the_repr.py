def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: {}["k"])
attempt(lambda: {}[1, 2])
print(str(KeyError("a")), str(KeyError("a", "b")), str(KeyError()))
