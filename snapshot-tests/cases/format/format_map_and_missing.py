def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class D(dict):
    def __missing__(self, key): return f"<{key}>"
print("{a} {b}".format_map(D(a=1)))
attempt(lambda: "{a}".format_map({}))
attempt(lambda: "{0}".format_map({"0": 1}))
