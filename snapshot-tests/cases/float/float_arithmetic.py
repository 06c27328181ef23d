def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, divmod(7.5, -2), 2.0 ** 0.5, (-8) ** (1 / 3), 1e308 * 10, -1e308 * 10, 0.1 + 0.2, 1e16 + 1, 3.0 == 3, 0.0 == -0.0)
attempt(lambda: 1.0 / 0)
attempt(lambda: 1.0 // 0)
attempt(lambda: 1.0 % 0)
attempt(lambda: 0.0 ** -1)
attempt(lambda: 1e300 ** 2)
attempt(lambda: divmod(1.0, 0))
attempt(lambda: 1.5 + "a")
attempt(lambda: 1.5 < "a")
