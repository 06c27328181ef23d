class C:
    items = [1, 2]
    doubled = [i * 2 for i in items]
print(C.doubled)
try:
    class D:
        k = 3
        bad = [i * k for i in range(2)]
except NameError as error:
    print(error)
