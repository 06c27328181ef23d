class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)

    def norm(self):
        return self.x * self.x + self.y * self.y


def run(n):
    p = Point(0, 0)
    total = 0
    for i in range(n):
        p = p.moved(1, -1)
        total += p.norm() & 7
    return p.x, p.y, total


print(run(400000))
