def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


try:
    raise ValueError(1)
except ValueError as error:
    pass
attempt(lambda: error)
