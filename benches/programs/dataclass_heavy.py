from dataclasses import dataclass, field, replace


@dataclass(order=True)
class Item:
    price: float
    count: int = 1
    name: str = "item"
    tags: list = field(default_factory=list)

    def total(self):
        return self.price * self.count


items = [Item(n % 50 + 0.5, n % 3, tags=[n]) for n in range(60000)]
best = max(items)
copies = [replace(item, count=2) for item in items[:8000]]
print(sum(item.total() for item in items), best, len({item.price for item in copies}), repr(copies[3]))
