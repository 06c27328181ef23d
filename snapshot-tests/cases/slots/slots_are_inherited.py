class A:
    __slots__ = "one"
class B(A):
    __slots__ = ["two"]
class C(A): pass
b = B()
b.one, b.two = 1, 2
print(b.one, b.two, hasattr(b, "__dict__"))
c = C()
c.one = 1
c.more = 2
print(c.__dict__)
