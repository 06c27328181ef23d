b = bytearray(b"abc")
b[0] = 65
b.append(100)
b.extend(b"ef")
b += b"g"
b.insert(1, 120)
print(b, b.pop(), b.pop(0), len(b))
b[1:3] = b"XYZ"
del b[0]
b.reverse()
b.remove(99) if 99 in b else None
print(b, bytes(b), b.copy() is b)
b.clear()
print(b)
