def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: format(1, "5.5d"))
attempt(lambda: format(1, "a"))
attempt(lambda: format(1, "10000000000000000000000"))
attempt(lambda: format(1.0, "d"))
attempt(lambda: format(1.0, "c"))
attempt(lambda: format(1114112, "c"))
attempt(lambda: format(1, "+c"))
attempt(lambda: format(1, ",c"))
attempt(lambda: format(1, ",_"))
attempt(lambda: format(1, "__"))
attempt(lambda: format([], "s"))
attempt(lambda: format(None, "5"))
attempt(lambda: format(1, 5))
attempt(lambda: format(1, "5 "))
