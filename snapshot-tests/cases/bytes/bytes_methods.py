def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(b" a ".strip(), b"a,b".partition(b","), b"abc".startswith((b"x", b"a")), b"Ab".swapcase(), b"a b".title(), b"1".zfill(3), b"a".center(3, b"*"), b"a\tb".expandtabs(2), b"a\nb".splitlines(), b"abc".translate(None, b"b"), b"abc".decode(), b"x".isalpha(), b"aXb".lower(), b"ab".removeprefix(b"a"), bytes.maketrans(b"a", b"b")[97])
attempt(lambda: b"a".center(3, "*"))
attempt(lambda: b"\xff".decode())
attempt(lambda: b"\x80abc".decode("ascii"))
attempt(lambda: b"a".translate(b"short"))
attempt(lambda: b"ab".decode("utf-16"))
