def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(bin(-5), oct(64), hex(255), str(10 ** 40), repr(-0), hex(-10 ** 20), int("1" * 50))
attempt(lambda: bin(1.5))
attempt(lambda: hex("a"))
attempt(lambda: len(str(10 ** 5000)))
attempt(lambda: int("1" * 5000))
