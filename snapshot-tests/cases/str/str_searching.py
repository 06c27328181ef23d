def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


s = "abcabc"
print(s.find("c"), s.rfind("c"), s.find("z"), s.index("b", 2), s.count("bc"), s.count(""), s.startswith("ab"), s.startswith(("x", "a")), s.endswith("bc", 0, 3), s.find("", 6), s.find("", 7), "b" in s)
attempt(lambda: s.index("z"))
attempt(lambda: s.rindex("z"))
attempt(lambda: s.find(1))
attempt(lambda: s.startswith(1))
attempt(lambda: s.startswith((1,)))
attempt(lambda: s.count())
attempt(lambda: 1 in s)
