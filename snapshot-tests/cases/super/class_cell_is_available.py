class C:
    def who(self): return __class__
    @staticmethod
    def what(): return __class__.__name__
print(C().who() is C, C.what())
