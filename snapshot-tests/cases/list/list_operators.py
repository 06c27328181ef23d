def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print([1] + [2], [1, 2] * 2, 2 * [0], [1] * -1, [1, 2] < [1, 3], [1] < [1, 0], [] == [], [1, [2]] == [1, [2]], [1] != [1.0], 1 in [1.0])
attempt(lambda: [1] + (2,))
attempt(lambda: [1] * "a")
attempt(lambda: [1] < 5)
attempt(lambda: [1] < ["a"])
attempt(lambda: [1, 2][1.5])
attempt(lambda: [1][5])
attempt(lambda: hash([]))
