import random


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def length(self):
        return (self.x * self.x + self.y * self.y) ** 0.5


def game(corners, steps):
    random.seed(11)
    point = Vector(0.1, 0.2)
    grid = [[0] * 64 for _ in range(64)]
    for _ in range(steps):
        corner = random.choice(corners)
        point = (point + corner) * 0.5
        grid[int(point.x * 63)][int(point.y * 63)] += 1
    return grid, point.length()


grid, length = game([Vector(0.0, 0.0), Vector(1.0, 0.0), Vector(0.5, 1.0)], 130000)
print(sum(map(bool, sum(grid, []))), round(length, 9))
