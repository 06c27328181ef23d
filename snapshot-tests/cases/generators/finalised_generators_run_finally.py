def g():
    try:
        yield 1
    finally:
        print("finalised")
i = g()
next(i)
del i
print("after")
for x in g():
    break
print("loop left")
