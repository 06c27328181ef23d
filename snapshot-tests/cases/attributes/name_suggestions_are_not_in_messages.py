def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    colour = 1
attempt(lambda: C().color)
attempt(lambda: C.colou)
