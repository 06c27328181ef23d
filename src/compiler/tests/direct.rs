//! The direct parser makes the trees that the parser crate and the lowering make, and accepts nothing that they refuse.

use compiler::ast_dump::dump;
use compiler::decode::Source;
use compiler::parse::{ParseMode, ParseOptions, parse};
use std::path::{Path, PathBuf};

/// The outcome of a parse as text, and whether it was the direct parser's.
fn outcome(text: &str, mode: ParseMode, direct: bool) -> (String, bool) {
    let options = ParseOptions {
        direct,
        ..ParseOptions::default()
    };
    let parsed = Source::from_str(text, "f").and_then(|source| parse(&source, mode, &options));
    match parsed {
        Ok(parsed) => {
            let shown = format!("{}{:?}", dump(&parsed.module), parsed.warnings);
            (shown, parsed.is_direct)
        }
        Err(error) => (format!("{error:?}"), false),
    }
}

/// Compares the two ways; says whether the direct one was taken.
fn compare(text: &str, mode: ParseMode, name: &str) -> bool {
    let (direct, is_direct) = outcome(text, mode, true);
    let (by_crate, _) = outcome(text, mode, false);
    assert_eq!(direct, by_crate, "{name}");
    is_direct
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
}

/// All Python files of this repository.
#[test]
fn the_trees_of_whole_files_are_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["lib", "snapshot-tests/cases", "benches/programs"] {
        sources(&root.join(folder), &mut files);
    }
    let (mut direct, mut all) = (0, 0);
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let name = file.display().to_string();
        direct += usize::from(compare(&text, ParseMode::Exec, &name));
        all += 1;
    }
    assert!(all > 400, "only {all} files");
    assert!(direct * 10 > all * 9, "only {direct} of {all} files");
}

/// What the direct parser reads.
const ORDINARY: &[&str] = &[
    "",
    "a; b;\nc",
    "x = y = *a, b",
    "*a, (b, *c), [d] = x",
    "(a), b.c, d[e] = x = yield",
    "(x): int\nx.y: int = 1\nx[0]: str\nx: int = yield 1, 2",
    "x += 1, *b\n(x.y) **= yield",
    "a < b <= c != d == e > f >= g is h is not i in j not in k",
    "not a or b and not c or d",
    "-a ** -b ** ~c @ d % e // f / g * h - i + j << k >> l & m ^ n | o",
    "a if b else c if d else lambda x: y",
    "lambda: 0, lambda *, a: 0, lambda a, /, b=1, *c, d, e=2, **f: 0, lambda a,: 0",
    "f(a, *b, c=d, *e, **g, h=i)\nf(a := 1, b)\nf(a for a in b)\nf((a for a in b), c)\nf()",
    "a[b], a[b:c:d], a[:, ::, b:], a[*b], a[*b, c], a[b := 1], a[b,], a[()]",
    "(), (a,), (a, *b), (*a,), (yield), (yield a, b), (yield from c), ((a)), (a := (1))",
    "[], [*a], [a, b,], {*a, b}, {a}, {}, {**a, b: c, **d}, {a: b}",
    "[a async for b, in c if d if e for *f, g in h], {a for b in c}, {a: b for c in d}, (a for b in c)",
    "'a' 'b' if c else b'd' b'', ('b' f'{d!r:>{e}} {f.g} {h + 1=}' \"\\q\")",
    "f'{lambda_} {(lambda x: 1)} {yield_} {[a for a in b]} {x:{y}}'",
    "1, 1.5, 2j, 0xff, 0b1, 1_000, None, True, False, ..., 1if a else 2",
    "import a, b.c as d, e . f\nfrom . import g\nfrom ...h.i import (j as k, l,)\nfrom m import *",
    "def f(a, b: int = 1, /, c=2, *args: *d, e, f: 3 = 4, **kwargs: g) -> h: pass",
    "def f(*, a, b=1): return\ndef f(*args): return *a, b\ndef f(a, b,): ...\ndef f(**k,): ...",
    "@a.b(c)\n@(d := e)\nasync def f(): await g ** 2; return await h\n@a\nclass B: pass",
    "class A: pass\nclass A(): pass\nclass A(B, *c, d=e, **f): x = 1; y = 2;\n",
    "if a: b\nelif (c := d): e\nelif f:\n  g\nelse: h;\n",
    "while a: break\nelse: continue\nfor a, in b: pass\nelse:\n  pass\nfor *a, b[0] in *c, d: pass",
    "try: a\nexcept: b\nelse: c\nfinally: d\ntry: a\nfinally: b\ntry: a\nexcept (b, c) as d: e\nexcept f: g",
    "try: a\nexcept* b: c\nexcept* d as e: f\n",
    "with a: b\nwith a as b, c as (d, *e): f\nwith (a as b, c,): d\nwith (a): b\nwith (a) as b: c\nwith (a, b) as c: d",
    "with (a), b: c\nwith (a)(b): c\nwith a as *b: c\nwith (a, b): c",
    "async def f():\n  async with a as b: c\n  async for d in e: f\n  return [g async for g in h]",
    "del a, (b, [c]), d.e, f[g],\nassert a, b\nraise\nraise a from b\nglobal a, b\n",
    "def f():\n\n  nonlocal a\n  # comment\n  return\n\n",
    "match = case = _ = 1\nmatch(match)\nmatch[case]\nprint >> a, b",
    "x = (\n  a +\n  b\n)\nif x:\n\tpass\n",
];

#[test]
fn ordinary_sources_are_read_directly() {
    for text in ORDINARY {
        assert!(compare(text, ParseMode::Exec, text), "declined: {text}");
    }
    for text in ["a", "a, b", "(a,\n b)", "lambda: (yield)", "f'{a}'\n\n"] {
        assert!(compare(text, ParseMode::Eval, text), "declined: {text}");
    }
}

/// What CPython refuses, or what is left to the crate.
const OTHER: &[&str] = &[
    "match a:\n  case b: c",
    "match (a):\n  case [b, *c]: d",
    "with (yield a): b",
    "with (*a, b): c",
    "with (a for a in b): c",
    "a <> b",
    "f(a=1, b)",
    "f(**a, *b)",
    "f(**a, b)",
    "f(a for a in b, c)",
    "f(c, a for a in b)",
    "f(*a for a in b)",
    "f(True=1)",
    "f(a.b=1)",
    "class A(a for a in b): pass",
    "a[b := 1:c]",
    "{a := 1: b}",
    "{a: b, c}",
    "{a, b: c}",
    "{**a for a in b}",
    "[*a for a in b]",
    "(*a)",
    "(*a) = b",
    "(a, b): int",
    "(a, b) += 1",
    "a, b += 1",
    "a + 1 = b",
    "f() = b",
    "a = yield = b",
    "x := 1",
    "a if b",
    "a if b else",
    "not",
    "a not b",
    "a + not b",
    "a + lambda: b",
    "[a for b in lambda: c]",
    "[a for b in c if lambda: d]",
    "await await a",
    "def f(a=1, b): pass",
    "def f(a=1, /, b): pass",
    "def f(/, a): pass",
    "def f(a, /, b, /): pass",
    "def f(*): pass",
    "def f(*, ): pass",
    "def f(*, **a): pass",
    "def f(*a, *b): pass",
    "def f(**a, b): pass",
    "def f(**a=1): pass",
    "def f(*a=1): pass",
    "def f((a, b)): pass",
    "def f(a, , b): pass",
    "lambda a: b: c",
    "lambda (a): b",
    "lambda a: int = 1",
    "for a in b",
    "for a() in b: c",
    "for a, b: c",
    "for (a in b) in c: d",
    "[a for a() in b]",
    "del a + b",
    "del *a",
    "del a b",
    "del",
    "import a.b as c.d",
    "import",
    "from . import (a, b",
    "from . import a,",
    "from . import ()",
    "from a import (*)",
    "from a import b.c",
    "from import a",
    "try: a",
    "try: a\nelse: b",
    "try: a\nexcept b, c: d",
    "try: a\nexcept*: b",
    "try: a\nexcept b: c\nexcept* d: e",
    "try: a\nexcept as b: c",
    "while a:\npass",
    "if a: if b: c",
    "if a: b\nelse c",
    "elif a: b",
    "else: a",
    "async a",
    "@a\nb = 1",
    "@a\n",
    "class A[T]: pass",
    "type X = int",
    "return a b",
    "global a.b",
    "raise a, b",
    "raise from a",
    "print a",
    "a b",
    "a.1",
    "a.if",
    "a..b",
    "a[]",
    "f(a b)",
    "f(,)",
    "(,)",
    "[,]",
    "{,}",
    "f'{a b}'",
    "f'{}'",
    "f'{a) + (b}'",
    "f'{*a}'",
    "'a' b'b'",
    "'\\x'",
    "pass pass",
    "with a as b.c(): d",
    "with a as b + c: d",
    "with a, : b",
    "$",
];

#[test]
fn other_sources_end_as_before() {
    for text in OTHER {
        compare(text, ParseMode::Exec, text);
        compare(text, ParseMode::Eval, text);
    }
}

#[test]
fn deep_sources_end_as_before() {
    for count in [10, 85, 95, 150, 199] {
        let nested = format!("{}a{}", "(".repeat(count), ")".repeat(count));
        compare(&nested, ParseMode::Exec, "parentheses");
        let signs = format!("{}a", "-".repeat(count * 3));
        compare(&signs, ParseMode::Exec, "signs");
        let chain = vec!["a"; count * 4].join(" + ");
        compare(&chain, ParseMode::Exec, "sum");
        let elifs = format!("if a: b\n{}", "elif a: b\n".repeat(count * 2));
        compare(&elifs, ParseMode::Exec, "elif");
    }
}
