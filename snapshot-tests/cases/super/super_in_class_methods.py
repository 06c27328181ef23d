class A:
    @classmethod
    def make(cls): return "A.make", cls.__name__
    @staticmethod
    def s(): return "static"
class B(A):
    @classmethod
    def make(cls): return "B", super().make(), super().s()
print(B.make(), B().make())
