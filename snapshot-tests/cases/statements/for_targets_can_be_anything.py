class Bag: pass
bag = Bag()
items = [0, 0]
for bag.x in "ab":
    print(bag.x)
for items[1] in range(3):
    pass
print(items)
for (a, *b), c in [((1, 2, 3), 4), ("xy", "z")]:
    print(a, b, c)
