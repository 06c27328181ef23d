def f(x):
    match x:
        case []: return "empty"
        case [1]: return "just one"
        case [a, b]: return "two", a, b
        case [1, *rest]: return "starts with 1", rest
        case [*init, 9]: return "ends with 9", init
        case (a, *_, c): return "ends", a, c
        case _: return "no"
for x in [], [1], (1, 2), [1, 2, 3], range(7, 10), [5, 6, 7], "ab", b"ab", {1, 2}, 5, [7]:
    print(x, f(x))
