def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


a = [1, 2]
print([*a, *range(3)], (*a,), {*a, 5} == {1, 2, 5}, {**{"x": 1}, "y": 2, **{"x": 3}})
attempt(lambda: [*5])
attempt(lambda: {**5})
attempt(lambda: (*None,))
