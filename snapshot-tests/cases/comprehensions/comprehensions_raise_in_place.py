def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: [1 / x for x in (1, 0)])
attempt(lambda: {x: 1 for x in [[]]})
attempt(lambda: {x for x in [{}]})
attempt(lambda: [x for x in None])
attempt(lambda: [a for a, b in [(1, 2, 3)]])
