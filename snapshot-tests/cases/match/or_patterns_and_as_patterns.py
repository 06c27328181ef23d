def f(x):
    match x:
        case (1 | 2) as n: return n
        case [("a" | "b") as c, int() | float() as n]: return c, n
        case {"k": [x, _] | (x, _, _)}: return x
print(f(2), f(["a", 1.5]), f({"k": [1, 2]}), f({"k": [3, 2, 1]}), f(5))
