def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


a, b = {"x": 1, "y": 2}, {"y": 3, "z": 4}
print(a | b, b | a)
a |= b
print(a)
a |= [("w", 5)]
print(a)
attempt(lambda: a | [("k", 1)])
