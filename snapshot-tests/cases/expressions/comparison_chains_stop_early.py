def v(x):
    print("v", x)
    return x
print(v(1) < v(2) < v(0) < v(9))
print(1 < 2 == 2 != 3)
print(1 in [1] == True)
