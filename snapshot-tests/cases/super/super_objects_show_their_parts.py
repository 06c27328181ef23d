class A:
    def __repr__(self): return "an A"
class B(A): pass
print(repr(super(B, B())))
print(repr(super(B)))
