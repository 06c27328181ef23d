class D:
    def __get__(self, obj, owner=None): return obj, owner
class Meta(type): pass
class C(metaclass=Meta):
    d = D()
print(C.d[0], C.d[1] is C, C().d[1] is C)
print(getattr(C, "d")[0] is None, super(C, C()).__thisclass__ is C)
