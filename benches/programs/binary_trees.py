class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def make(depth):
    return Node(None, None) if depth == 0 else Node(make(depth - 1), make(depth - 1))


def check(node):
    return 1 if node.left is None else 1 + check(node.left) + check(node.right)


print(sum(check(make(13)) for _ in range(8)))
