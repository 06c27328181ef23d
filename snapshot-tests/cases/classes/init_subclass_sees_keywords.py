class A:
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        print(cls.__name__, tag)
class B(A, tag="x"): pass
class C(B): pass
try:
    class D(A, other=1): pass
except TypeError as error:
    print(error)
