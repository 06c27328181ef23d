a = 1; b = 2; print(a + b)
c = (a +
     b)
d = a + \
    b
print(c == d)
if a: print("one line"); print("two")
