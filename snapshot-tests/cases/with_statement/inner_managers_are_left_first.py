class C:
    def __init__(self, n, fail=False): self.n = n; self.fail = fail
    def __enter__(self):
        if self.fail: raise OSError("enter " + self.n)
        print("enter", self.n)
    def __exit__(self, *e): print("exit", self.n, e[0] and e[0].__name__)
try:
    with C("a"), C("b"), C("c", True):
        print("never")
except OSError as error:
    print(error)
