def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(isinstance(1, (str, (int, float))), issubclass(bool, (str, int)), isinstance(True, int), isinstance(1, int | str))
attempt(lambda: isinstance(1, 5))
attempt(lambda: isinstance(1, (5,)))
attempt(lambda: issubclass(1, int))
attempt(lambda: issubclass(int, 5))
attempt(lambda: isinstance(1, list[int]))
