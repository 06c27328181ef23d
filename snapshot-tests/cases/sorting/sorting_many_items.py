l = [(n * 7919) % 1009 for n in range(1009)]
print(sorted(l) == list(range(1009)), sorted(l, reverse=True)[:3], sorted(l, key=lambda x: -x)[:3], sorted(map(str, l))[:4])
class C:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return self.n < o.n
print([c.n for c in sorted(map(C, l))][:5], min(map(C, l)).n)
