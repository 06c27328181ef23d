def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(1 == 1.0, 1 < 1.5, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 10 ** 400 > 1e308, hash(1) == hash(1.0), hash(2 ** 61 - 1), hash(-1), hash(2 ** 61), 1 == True, 1 != "1")
attempt(lambda: 1 < "a")
attempt(lambda: 1 >= None)
attempt(lambda: 1 + "a")
attempt(lambda: "a" + 1)
attempt(lambda: 1 - [])
attempt(lambda: 1 & 1.0)
