def f(a, b):
    match a, b:
        case 0, _: return "first zero"
        case _, 0: return "second zero"
        case _: return "none"
print(f(0, 1), f(1, 0), f(1, 1))
match [1, 2],:
    case [[x, y]]: print(x, y)
