def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(True + True, True * 5, False - 1, True & False, True | 2, True ^ True, ~True, -True, True == 1, str(True), repr(False), int(True), f"{True:d}", [1, 2][True], bool.__mro__)
print(bool(), bool(""), bool("0"), bool([]), bool(0.0), bool(1j), bool(None), bool(...), bool(NotImplemented) if 0 else "")
attempt(lambda: bool(1, 2))
attempt(lambda: bool(x=1))
