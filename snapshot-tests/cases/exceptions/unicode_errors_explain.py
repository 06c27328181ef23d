def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: "\u20ac".encode("ascii"))
attempt(lambda: b"\xff".decode("utf-8"))
attempt(lambda: "\ud800".encode())
e = UnicodeDecodeError("utf-8", b"abc", 1, 2, "why")
print(e, e.start, e.end, e.reason, e.object, e.encoding)
print(UnicodeEncodeError("ascii", "abcd", 1, 3, "why"))
attempt(lambda: UnicodeDecodeError("utf-8"))
attempt(lambda: UnicodeEncodeError("a", b"b", 1, 2, "c"))
