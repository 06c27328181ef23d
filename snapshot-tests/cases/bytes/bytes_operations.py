def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


b = b"hello"
print(b[0], b[1:3], b[-1], b + b"x", b * 2, 104 in b, b"ell" in b, list(b), b.find(b"l"), b.find(108), b.upper(), b.replace(b"l", b"L"), b.split(b"l"), b"-".join([b"a", b"b"]), len(b), b < b"world", b == "hello")
attempt(lambda: b[9])
attempt(lambda: b["a"])
attempt(lambda: b + "x")
attempt(lambda: "x" in b)
attempt(lambda: 300 in b)
attempt(lambda: b.find("a"))
attempt(lambda: b.join(["a"]))
attempt(lambda: b.index(b"z"))
