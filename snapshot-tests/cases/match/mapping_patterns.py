def f(x):
    match x:
        case {"type": "a", "v": v}: return "a", v
        case {"type": t, **rest}: return t, rest
        case {}: return "some dict"
        case _: return "no"
print(f({"type": "a", "v": 1, "z": 2}), f({"type": "b", "q": 1}), f({}), f({"x": 1}), f([]))
