def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(7 // 2, -7 // 2, 7 // -2, 7 % 3, -7 % 3, 7 % -3, divmod(-7, 3), 2 ** 100, -(2 ** 64), 2 ** 64 - 1 & 0xFFFF)
print(10 ** 30 // 7, 10 ** 30 % 7, -10 ** 30 // 7, (10 ** 30) * (10 ** 25), 5 / 2, 2 ** 0.5)
print(1 << 70, (1 << 70) >> 60, -1 >> 5, -5 & 3, -5 | 3, -5 ^ 3, ~(1 << 65), pow(3, 100, 7), pow(3, -1, 7))
attempt(lambda: 1 // 0)
attempt(lambda: divmod(1, 0))
attempt(lambda: pow(2, -1, 4))
attempt(lambda: pow(2, 5, 0))
attempt(lambda: 1 << 10 ** 20)
attempt(lambda: 1 >> -1)
attempt(lambda: 2 ** "a")
attempt(lambda: 10 ** 400 / 3)
attempt(lambda: float(10 ** 400))
