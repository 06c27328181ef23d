def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("a".center(5, "*"), "a".ljust(3) + "|", "a".rjust(3), "5".zfill(3), "-5".zfill(4), "a\tb".expandtabs(4), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".translate({97: "X", 98: None, 99: 100}), "abc".translate(str.maketrans("ab", "xy", "c")))
attempt(lambda: "a".center(5, "ab"))
attempt(lambda: "a".replace("a"))
attempt(lambda: "a".replace("a", 1))
attempt(lambda: str.maketrans("ab", "c"))
attempt(lambda: "a".ljust("x"))
attempt(lambda: "a".center(5, 1))
