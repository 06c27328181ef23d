def f():
    return len([1, 2])
print(f())
len = lambda x: "mine"
print(f())
del len
print(f())
