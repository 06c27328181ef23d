def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(type(type), type.__bases__, type.__mro__, isinstance(type, object), isinstance(object, type), type(object))
attempt(lambda: type.__call__())
attempt(lambda: type.__new__(int))
attempt(lambda: type.__new__(type, "x", (), {}, k=1))
