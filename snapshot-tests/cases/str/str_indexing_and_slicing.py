def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


s = "héllo😀"
print(s[0], s[-1], s[1:3], s[::-1], s[10:], s[-100:2], len(s), s[::2], s[5:1:-2])
attempt(lambda: s[10])
attempt(lambda: s["a"])
attempt(lambda: s[1.0])
attempt(lambda: s[::0])
attempt(lambda: s[None])
