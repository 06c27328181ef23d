class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y


class Named(Point):
    def __init__(self, name, x, y):
        super().__init__(x, y)
        self.name = name

    @property
    def label(self):
        return self.name

    @staticmethod
    def norm(x):
        return x % 97

    @classmethod
    def origin(cls):
        return cls("o", 0, 0)


total = Point(0, 0)
for i in range(100000):
    total = total + Named("n", i, Named.norm(i))
    if total == Named.origin():
        print(Named.origin().label)
print(total.x, total.y)
