def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("a" + "b", "ab" * 3, 0 * "a", -1 * "a", "a" < "b", "a" < "B", "abc" < "abd", "" < "a", "é" > "z", "a" == b"a", max("hello"), min("b", "a"))
attempt(lambda: "a" + b"b")
attempt(lambda: "a" * "b")
attempt(lambda: "a" - "b")
attempt(lambda: "a" * 1.5)
attempt(lambda: "a" < 1)
