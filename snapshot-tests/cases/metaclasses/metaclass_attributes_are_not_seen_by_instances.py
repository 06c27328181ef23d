class M(type):
    x = "meta"
    def m(cls): return cls.__name__
    @property
    def p(cls): return "p of " + cls.__name__
class C(metaclass=M): pass
print(C.x, C.m(), C.p, hasattr(C(), "x"), hasattr(C(), "m"))
