def f(x):
    match x:
        case [a, b] if a > b: return "falling"
        case [a, b] if (d := b - a) > 5: return "steep", d
        case [a, b]: return "rising"
print(f([2, 1]), f([1, 9]), f([1, 2]))
