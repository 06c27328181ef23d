def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("aBc".upper(), "ABC".lower(), "hello world".title(), "hello".capitalize(), "aBc".swapcase(), "ß".upper(), "ẞ".casefold(), "ǆ".title(), "they're".title(), "Σας ΣΑΣ".lower())
print("  a ".strip(), "xxaxx".strip("x"), "abcba".lstrip("ab"), "abc".rstrip("cb"), "prefix-a".removeprefix("prefix-"), "a.py".removesuffix(".py"))
attempt(lambda: "a".strip(1))
