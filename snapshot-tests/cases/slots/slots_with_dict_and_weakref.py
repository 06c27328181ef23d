class C:
    __slots__ = ("a", "__dict__", "__weakref__")
c = C()
c.a = 1
c.z = 2
print(c.__dict__, c.a)
