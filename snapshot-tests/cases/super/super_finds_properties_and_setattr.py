class A:
    @property
    def x(self): return "A.x"
    def __setattr__(self, n, v): print("A set", n); object.__setattr__(self, n, v)
class B(A):
    @property
    def x(self): return "B." + super().x
    def __setattr__(self, n, v): super().__setattr__(n, v)
b = B()
b.y = 1
print(b.x, b.y)
