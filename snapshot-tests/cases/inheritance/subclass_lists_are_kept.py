class A: pass
class B(A): pass
class C(A): pass
print([k.__name__ for k in A.__subclasses__()], A.__base__.__name__, C.__bases__[0].__name__)
