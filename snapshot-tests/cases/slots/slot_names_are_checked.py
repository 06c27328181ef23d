def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: type("C", (), {"__slots__": ("1x",)}))
attempt(lambda: type("C", (), {"__slots__": (1,)}))
attempt(lambda: type("C", (), {"__slots__": ("a",), "a": 1}))
attempt(lambda: type("C", (int,), {"__slots__": ("a",)}))
attempt(lambda: type("C", (tuple,), {"__slots__": ("a",)}))
attempt(lambda: type("C", (), {"__slots__": ("__dict__", "__dict__")}))
