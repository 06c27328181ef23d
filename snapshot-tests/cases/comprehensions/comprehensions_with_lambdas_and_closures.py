print([(lambda y: x * y)(2) for x in range(3)])
print([f(3) for f in [lambda v, k=k: v + k for k in range(3)]])
