class A: pass
class B(A): pass
class C(A): pass
class D(B, C): pass
class E(C): pass
class F(D, E): pass
print([k.__name__ for k in F.__mro__])
print([k.__name__ for k in F.mro()])
