mkdir -p src/deep; cp -r tree src/; rm -rf src/tree/*/__pycache__ src/tree/__pycache__
printf 'def f(x):\n    """Doc."""\n    assert x, "no"\n    return [y for y in (1, 2, "a b", x)]\n' > src/one.py
printf '# -*- coding: latin-1 -*-\ns = "\351"\n' > src/cookie.py
printf 'x = 1 is 1\n' > src/warns.py
printf 'def broken(:\n' > src/deep/broken.py
printf '' > src/deep/empty.py
printf 'class C:\n    __slots__ = ()\n    async def m(self, *, k=b"b"):\n        async with k as self.__v: yield {**k}\n' > src/deep/more.py
sums() { find $1 -name "*.pyc" | LC_ALL=C sort | while read f; do echo "$f $(head -c 8 $f | od -An -tx1 | tr -d ' ') $(tail -c +17 $f | cksum)"; done; }
for jobs in 1 2 0; do for mode in timestamp checked-hash unchecked-hash; do rm -rf out; cp -r src out; $PY -m compileall -qq -j$jobs -o 0 -o 1 -o 2 --invalidation-mode $mode out; echo "$jobs $mode $?"; sums out | cksum; done; done
sums out
rm -rf out; cp -r src out; $PY -m compileall -qq -j2 -s out -p /elsewhere out; echo $?; sums out
{ $PY -m compileall -j2 out; echo $?; } | LC_ALL=C sort
$PY -m py_compile out/one.py out/deep/broken.py out/missing.py; echo $?; sums out | head -3
