def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(bytes(), bytes(3), bytes([1, 255]), bytes("é", "utf-8"), bytes(b"ab"), bytes(range(3)), bytes.fromhex("0aFF 10"), b"ab".hex(), b"abcd".hex("-", 2))
attempt(lambda: bytes("a"))
attempt(lambda: bytes(-1))
attempt(lambda: bytes([256]))
attempt(lambda: bytes(["a"]))
attempt(lambda: bytes(1.5))
attempt(lambda: bytes.fromhex("0g"))
attempt(lambda: bytes.fromhex("abc"))
attempt(lambda: bytes(1, "a"))
attempt(lambda: bytes(None))
