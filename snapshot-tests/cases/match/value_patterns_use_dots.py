class K:
    A = 1
    B = "b"
def f(x):
    match x:
        case K.A: return "A"
        case K.B: return "B"
        case other: return other
print(f(1), f("b"), f(3))
