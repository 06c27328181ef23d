def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(str(), str(5), str(b"a", "ascii"), str(b"\xc3\xa9", encoding="utf-8"), str(b"x"), str(None), str(object=3), str([1, "a"]))
attempt(lambda: str(5, "ascii"))
attempt(lambda: str("a", "ascii"))
attempt(lambda: str(b"\xff", "ascii"))
attempt(lambda: str(b"a", "nothing"))
attempt(lambda: str(b"a", errors=5))
