def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(type(1), type("a").__name__, type(None), type(type), isinstance(1, int), issubclass(bool, int), callable(len), callable(5), id(None) == id(None), type(...), type(NotImplemented))
attempt(lambda: type(1, 2))
attempt(lambda: isinstance(1, "int"))
attempt(lambda: callable())
