def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(int("12"), int(" -5 "), int("ff", 16), int("0xff", 0), int("0b11", 0), int("1_000"), int(3.99), int(-3.99), int(True), int(b"7"), int("٣"), int(), int("z", 36))
attempt(lambda: int(""))
attempt(lambda: int("a"))
attempt(lambda: int("1__0"))
attempt(lambda: int("12", 1))
attempt(lambda: int("12", 37))
attempt(lambda: int("9", 8))
attempt(lambda: int(12, 10))
attempt(lambda: int(None))
attempt(lambda: int(float("nan")))
attempt(lambda: int(float("inf")))
attempt(lambda: int("0x", 16))
attempt(lambda: int("010", 0))
attempt(lambda: int([]))
attempt(lambda: int("1.5"))
attempt(lambda: int("a\nb"))
