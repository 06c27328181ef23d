def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(abs(-5), abs(-2.5), divmod(7, 2), pow(2, 10), pow(2, 3, 5), round(3.7), sum([1, 2.5]), sum([[1], [2]], []), sum([], 5), bin(5), oct(8), hex(255), chr(97), ord("a"), hash("") == 0)
attempt(lambda: abs("a"))
attempt(lambda: sum(["a"]))
attempt(lambda: sum(["a"], ""))
attempt(lambda: sum(5))
attempt(lambda: chr(-1))
attempt(lambda: chr(1114112))
attempt(lambda: ord("ab"))
attempt(lambda: ord(5))
attempt(lambda: pow(2, 3, 1.5))
attempt(lambda: divmod("a", 1))
