def v(x):
    print(x, end=" ")
    return x
def f(*a, **k): print(a, k)
f(v(1), *[v(2)], x=v(3), **{"y": v(4)}, z=v(5))
f(*v([1]), v(2), *v("a"))
