if (n := 10) > 5:
    print(n)
print([y := 1, y ** 2, y + 1])
print([last := x for x in range(4)], last)
def f():
    any((hit := x) > 2 for x in range(9))
    return hit
print(f())
