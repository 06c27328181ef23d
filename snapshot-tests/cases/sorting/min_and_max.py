def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(min(3, 1, 2), max([1, 5, 2]), min("b", "a"), max([], default=0), min([1, -2], key=abs), max("a", "bb", key=len), max([(1, 2), (1, 3)]))
attempt(lambda: min([]))
attempt(lambda: max(5))
attempt(lambda: min(1, "a"))
attempt(lambda: max(1, 2, default=3))
attempt(lambda: min(key=len))
