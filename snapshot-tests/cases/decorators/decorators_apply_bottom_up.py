def d(n):
    print("make", n)
    def w(f):
        print("apply", n)
        return f
    return w
@d(1)
@d(2)
def f(): return "f"
@d("c")
class C: pass
print(f(), C.__name__)
