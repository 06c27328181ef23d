//! The programs that are damaged: small, with every kind of constant and many kinds of instructions.

const PROGRAMS: [&str; 8] = [
    "X = 1\ndef f(): return 2\n",
    "import sys\nfrom os import path as p\nclass A:\n    y: int = 3\n    def m(self, *a, k=1, **kw):\n        return [self, a, k, kw]\n    @property\n    def q(self): return self.y\nprint(A().m(1, 2, k=3, z=4), A().q)\n",
    "def g(n):\n    for i in range(n):\n        yield i\n    return n\ndef h(n):\n    r = yield from g(n)\n    return r\nprint(list(h(5)), sum(x + 1 for x in g(4)))\n",
    "def outer(a, b=2):\n    c = a\n    def inner(d):\n        nonlocal c\n        c += d\n        return c, b\n    return inner\nf = outer(1)\nf(2); f(3)\nz = {k: v for k, v in zip('abc', (1, 2.5, 3j))}\ns = {1, 'x', b'y', None, True, ...}\nt = 'x' in {'x', 'y'}\n",
    "try:\n    try:\n        raise ValueError(1)\n    except (KeyError, ValueError) as e:\n        x = e\n    else:\n        x = 0\n    finally:\n        y = 1\nexcept* TypeError as g:\n    pass\nwith open('nothing') if y == 2 else memoryview(b'abc') as m:\n    v = m[0]\n",
    "def k(v):\n    match v:\n        case [1, *rest] if rest: return rest\n        case {'a': x, **o}: return x, o\n        case int(n) | float(n): return n\n        case str(): return v[::-1]\n        case _: return None\nfor w in ([1, 2], {'a': 3, 'b': 4}, 5, 'abc', ()): k(w)\nwhile True:\n    break\nassert k(1) == 1, f'{k(1)!r:>10} {w}'\n",
    "async def a(x):\n    async with x as y:\n        async for z in y:\n            await z\n    return [q async for q in x]\nc = a(1)\nc.close()\nlam = lambda *a, b: (a, b)\nlam(*[1, 2], **{'b': 3})\ndel lam\n",
    "big = 123456789012345678901234567890\nneg = -5\nflo = 1e300\nname = 'ünïcode \\ud800'\nb = b'\\x00\\xff' * 3\nd = {'a': 1, 'b': {'c': [1, 2, (3, 4)]}}\nx, (y, *z) = 1, (2, 3, 4)\nx = y if x > 1 else -x\nx += 1; y //= 2; r = x < y <= 3 != 4\nprint(not r, ~x, +y, x @ y if 0 else x)\n",
];

/// The marshal streams of their code.
pub fn streams() -> Vec<Vec<u8>> {
    PROGRAMS
        .iter()
        .map(|source| {
            let options = compiler::CompileOptions::default();
            let compiled = compiler::compile(source.as_bytes(), &options)
                .unwrap_or_else(|error| panic!("{}: {source}", error.msg));
            bytecode::marshal::dumps_code(&compiled.code).expect("code can be written")
        })
        .collect()
}
