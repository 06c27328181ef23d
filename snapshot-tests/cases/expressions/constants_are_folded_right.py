def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(1 + 2, "a" * 3, (1, 2) + (3,), 2 ** 10, 7 // 2, -7 // 2, -7 % 3, 1 / 4, "ab"[1], (1, 2, 3)[-1])
attempt(lambda: 1 / 0)
attempt(lambda: 1 % 0)
attempt(lambda: "abc"[7])
attempt(lambda: 1 << -1)
