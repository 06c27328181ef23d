import copy


class Node:
    def __init__(self, value):
        self.value = value
        self.children = []


def tree(depth):
    node = Node({"depth": depth, "items": [depth, (1, 2)]})
    if depth:
        node.children = [tree(depth - 1), tree(depth - 1)]
    return node


root = tree(8)
for _ in range(24):
    other = copy.deepcopy(root)
print(other.children[0].value, other.children[0] is not root.children[0])
