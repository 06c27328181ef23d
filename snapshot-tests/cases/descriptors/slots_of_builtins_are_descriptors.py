def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(type(str.join), type(int.__add__), type(dict.__dict__["fromkeys"]), type((lambda: 0).__class__.__dict__["__code__"]), type(type.__dict__["__mro__"]))
print(str.join.__get__("-")(["a", "b"]), int.__add__.__get__(3)(4))
attempt(lambda: str.join(5, []))
attempt(lambda: str.join())
attempt(lambda: int.__add__("x", 1))
attempt(lambda: int.__add__())
attempt(lambda: list.append([], 1, 2))
