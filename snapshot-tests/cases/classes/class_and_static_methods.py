class A:
    @classmethod
    def make(cls, *a): return cls.__name__, a
    @staticmethod
    def plain(*a): return a
class B(A): pass
print(A.make(1), B.make(2), B().make(3), A.plain(4), A().plain(5))
print(type(A.__dict__["make"]).__name__, type(A.__dict__["plain"]).__name__, A.make.__self__ is A)
