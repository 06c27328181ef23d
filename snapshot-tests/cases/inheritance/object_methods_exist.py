def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


o = object()
print(o.__eq__(o), o.__eq__(5), o.__ne__(5), o.__lt__(5), object.__doc__)
print(sorted(n for n in dir(object)))
attempt(lambda: object.__new__())
attempt(lambda: object.__new__(5))
attempt(lambda: object.__new__(int))
