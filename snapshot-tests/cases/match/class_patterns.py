class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
def f(o):
    match o:
        case P(0, 0): return "origin"
        case P(x, y=0): return "on x", x
        case P(x=0): return "on y"
        case P(): return "point"
        case int(n): return "int", n
        case str() as s: return "str", s
        case list([a, b]): return "list", a, b
print([f(o) for o in (P(0, 0), P(3, 0), P(0, 2), P(1, 1), 5, "s", [1, 2], 2.5)])
