$PY -c '
def f(): f()
for attempt in range(3):
    try: f()
    except RecursionError as e: print(e)'; echo $?
$PY -c '
class A:
    def __repr__(self): return repr(self)
try: repr(A())
except RecursionError as e: print(type(e))'; echo $?
$PY -c '
class A:
    def __eq__(self, other): return self == other
    def __hash__(self): return hash(self)
    def __getattr__(self, name): return getattr(self, name)
    def __call__(self): return self()
    def __bool__(self): return bool(self)
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __lt__(self, other): return self < other
    def __add__(self, other): return self + other
    def __getitem__(self, i): return self[i]
    def __str__(self): return str(self)
    def __format__(self, spec): return format(self, spec)
    def __contains__(self, x): return x in self
    def __index__(self): return [1][self]
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
import operator
a = A()
def enter():
    with a: pass
for name, f in dict(eq=lambda: a == 1, hash=lambda: hash(a), attr=lambda: a.x, call=lambda: a(), bool=lambda: bool(a), len=lambda: len(a),
        iter=lambda: iter(a), lt=lambda: a < 1, add=lambda: a + 1, item=lambda: a[0], str=lambda: str(a), fmt=lambda: f"{a}", contains=lambda: 1 in a,
        index=lambda: [1][a], enter=enter, sort=lambda: sorted([a, a]), key=lambda: {a: 1}).items():
    try: f()
    except RecursionError as e: print(name, "RecursionError")'; echo $?
