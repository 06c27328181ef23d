def outer():
    def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
    return fib
print([outer()(n) for n in range(10)])
