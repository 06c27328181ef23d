class A:
    def __init__(self, v): self.v = v
    def __add__(self, o): return "A+"
    def __radd__(self, o): return "+A"
class B(A):
    def __radd__(self, o): return "+B"
class C(A): pass
print(A(1) + A(1), A(1) + B(1), A(1) + C(1), 1 + B(1), B(1) + A(1))
