cat > mod.py <<'X'
"""Module doc."""
import functools
def f(a, /, b: int, *args, c=3, **kw) -> str:
    "Doc of f."
    return "x"
class K:
    """Doc of K."""
    def m(self, x): return x
    @classmethod
    def c(cls): ...
    @property
    def p(self): return 1
@functools.wraps(f)
def g(*a): ...
X
$PY -c '
import inspect, mod, sys
print(inspect.signature(mod.f), inspect.signature(mod.K.m), inspect.signature(mod.g), inspect.signature(mod.K))
print(inspect.getsource(mod.K.m), inspect.getdoc(mod.f), inspect.getsourcelines(mod.f)[1], inspect.getmodule(mod.f).__name__)
print(inspect.get_annotations(mod.f), [n for n, v in inspect.getmembers_static(mod.K) if not n.startswith("__")], inspect.getmembers(mod.K, inspect.isfunction)[0][0])
def caller(): return inspect.stack()[0]
s = caller(); print(s.function, s.lineno, s.index, s.code_context, s.positions)
print(inspect.getframeinfo(sys._getframe()), inspect.isgeneratorfunction(mod.f), inspect.getfullargspec(mod.f))
print(inspect.getsource(mod.K)); print(inspect.ismethodwrapper(object().__str__), inspect.classify_class_attrs(mod.K)[-1].name)
try: inspect.signature(5)
except TypeError as e: print(e)
b = inspect.signature(mod.f).bind(1, 2, 3, c=4, z=5); print(b, b.arguments); b.apply_defaults(); print(b.args, b.kwargs)
' 2>&1; echo $?
$PY -m inspect mod:K; echo $?
$PY -m pydoc mod | head -n 22; echo $?
$PY -m timeit -n 2 -r 2 pass 2>/dev/null | cut -c1-14
$PY -m calendar 2024 2; echo $?
$PY -m tokenize -e mod.py | head -n 5; echo $?
echo 'x = 1' | $PY -m ast; echo $?
$PY -m zipfile -c x.zip mod.py hello.py; $PY -m zipfile -l x.zip | cut -c1-20; $PY -m tarfile -c x.tar mod.py; $PY -m tarfile -l x.tar
$PY -m base64 -e hello.py; $PY -m gzip hello.py; $PY -m gzip -d hello.py.gz; $PY -m sysconfig 2>/dev/null | head -n 2 | cut -c1-18; $PY -m platform | cut -c1-5; $PY -m site --user-base; $PY -m pickletools mod.py 2>&1 | tail -n 1; $PY -m quopri < mod.py | tail -n 1; $PY -m textwrap 2>&1; $PY -m doctest mod.py; echo $?
