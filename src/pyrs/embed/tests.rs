//! Embedding: values both ways, limits, isolation, what a script can reach.

use crate::{Error, ErrorKind, Interpreter, Limits, Object, Sandbox};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

fn python() -> Interpreter {
    Interpreter::builder()
        .build()
        .expect("an interpreter starts")
}

fn limited(limits: Limits) -> Interpreter {
    let builder = Interpreter::builder().limits(limits);
    builder.build().expect("an interpreter starts")
}

#[test]
fn values_cross_both_ways() {
    let mut py = python();
    assert_eq!(py.eval_as::<i64>("6 * 7").unwrap(), 42);
    assert_eq!(py.eval_as::<i128>("2 ** 100").unwrap(), 1 << 100);
    assert_eq!(py.eval_as::<f64>("1 / 4").unwrap(), 0.25);
    assert_eq!(py.eval_as::<String>("'é' * 2").unwrap(), "éé");
    assert_eq!(py.eval_as::<Option<i32>>("None").unwrap(), None);
    assert_eq!(py.eval_as::<Vec<u8>>("b'ab'").unwrap(), vec![97, 98]);
    assert_eq!(py.eval_as::<Vec<i32>>("range(3)").unwrap(), vec![0, 1, 2]);
    assert_eq!(
        py.eval_as::<(i32, String)>("(1, 'x')").unwrap(),
        (1, String::from("x"))
    );
    let map: BTreeMap<String, i32> = py.eval_as("{'b': 2, 'a': 1}").unwrap();
    assert_eq!(map["a"], 1);
    py.set("data", vec![(1, "one"), (2, "two")]).unwrap();
    assert_eq!(
        py.eval("data").unwrap().repr().unwrap(),
        "[(1, 'one'), (2, 'two')]"
    );
    py.set("table", map).unwrap();
    assert_eq!(py.eval_as::<i32>("sum(table.values())").unwrap(), 3);
}

#[test]
fn wrong_types_are_errors() {
    let mut py = python();
    let error = py.eval_as::<u8>("300").unwrap_err();
    assert_eq!(error.message(), "int does not fit into u8");
    let error = py.eval_as::<i64>("'x'").unwrap_err();
    assert_eq!(error.message(), "int expected, got str");
    assert_eq!(error.type_name(), "TypeError");
    assert!(py.eval_as::<Vec<String>>("'abc'").is_err());
}

#[test]
fn functions_are_called_both_ways() {
    let mut py = python();
    py.add_function("add", |(a, b): (i64, i64)| Ok(a + b));
    py.add_function("fail", |(): ()| Err::<(), _>(Error::msg("no way")));
    py.exec("def twice(x): return add(x, x)", "f.py").unwrap();
    let twice = py.get("twice").unwrap();
    for n in 0..100_i64 {
        assert_eq!(
            py.call(&twice, (n,)).unwrap().extract::<i64>().unwrap(),
            2 * n
        );
    }
    let error = py.exec("fail()", "f.py").unwrap_err();
    assert_eq!(
        (error.type_name(), error.message()),
        ("RuntimeError", "no way")
    );
    let error = py.exec("add(1)", "f.py").unwrap_err();
    assert_eq!(error.type_name(), "TypeError");
    let caught: String = py
        .eval_as("[str(e) for e in [RuntimeError('x')]][0]")
        .unwrap();
    assert_eq!(caught, "x");
    py.exec(
        "try: fail()\nexcept RuntimeError as e: seen = str(e)",
        "f.py",
    )
    .unwrap();
    assert_eq!(py.eval_as::<String>("seen").unwrap(), "no way");
}

#[test]
fn a_panic_of_a_host_function_is_contained() {
    let mut py = python();
    py.add_function("boom", |(): ()| -> Result<(), Error> { panic!("host bug") });
    let error = py.exec("boom()", "f.py").unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Internal, "host bug")
    );
}

#[test]
fn errors_print_as_tracebacks() {
    let mut py = python();
    let error = py
        .exec("def f(x):\n    return 1 / x\nf(0)\n", "<rules>")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exception);
    assert_eq!(error.type_name(), "ZeroDivisionError");
    assert_eq!(
        error.to_string(),
        "Traceback (most recent call last):\n  File \"<rules>\", line 3, in <module>\n  File \"<rules>\", line 2, in f\n\
         ZeroDivisionError: division by zero"
    );
    let error = py.exec("x = = 1", "s.py").unwrap_err();
    assert_eq!(error.type_name(), "SyntaxError");
}

/// Ways to get rid of an exception, each around a loop without end.
const SWALLOWERS: &[&str] = &[
    "while True: pass",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "try:\n    while True: pass\nfinally:\n    while True: pass",
    "class C:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\nwhile True:\n    with C():\n        while True: pass",
    "def g():\n    while True:\n        try: yield\n        except BaseException: pass\nfor x in g(): pass",
    "class D:\n    def __del__(self):\n        while True: pass\nwhile True: D()",
    "class A:\n    def __getattr__(self, n):\n        while True: pass\nwhile True: hasattr(A(), 'x')",
    "import itertools\nsum(itertools.repeat(0))",
    "sorted(iter(int, 1))",
    "max(map(abs, iter(int, 1)))",
    "def f(): f()\nwhile True:\n    try: f()\n    except RecursionError: pass",
];

#[test]
fn fuel_ends_every_loop() {
    for source in SWALLOWERS {
        let mut py = limited(Limits::new().fuel(20_000).memory(256 << 20));
        let error = py.exec(source, "endless.py").unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Fuel | ErrorKind::Memory),
            "{source}: {error}"
        );
        assert_eq!(py.eval_as::<i32>("1 + 1").unwrap(), 2, "usable afterwards");
    }
}

#[test]
fn fuel_is_counted_exactly() {
    let left = || {
        let mut py = limited(Limits::new().fuel(1_000_000));
        py.exec("t = 0\nfor i in range(1000):\n    t += i * i\n", "loop.py")
            .unwrap();
        py.fuel_left()
    };
    let first = left();
    assert!(first.is_some_and(|left| left < 1_000_000 - 999));
    assert_eq!(first, left());
}

#[test]
fn a_deadline_ends_a_run() {
    let mut py = limited(Limits::new().deadline(Duration::from_millis(50)));
    let start = Instant::now();
    let error = py
        .exec(
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "e.py",
        )
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline);
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(py.eval_as::<i32>("2").unwrap(), 2);
}

#[test]
fn another_thread_can_interrupt() {
    let mut py = python();
    let handle = py.interrupt_handle();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        handle.interrupt();
    });
    let error = py.exec("while True: pass", "e.py").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    stopper.join().unwrap();
}

#[test]
fn memory_is_limited() {
    for source in [
        "x = []\nwhile True: x.append(len(x))",
        "x = []\nwhile True: x.append([x])",
        "x = 'a'\nwhile True: x += x",
        "x = {}\ni = 0\nwhile True:\n    x[i] = str(i)\n    i += 1",
        "x = [0] * 10**12",
        "x = bytearray(10**12)",
        "x = set()\nwhile True: x.add(str(len(x)))",
        "x = 1\nwhile True: x <<= 100000",
        "x = list(range(10**9))",
    ] {
        let mut py = limited(Limits::new().memory(32 << 20).fuel(50_000_000));
        let error = py.exec(source, "big.py").unwrap_err();
        let refused = error.type_name() == "MemoryError";
        assert!(
            error.kind() == ErrorKind::Memory || refused,
            "{source}: {error}"
        );
        py.exec("x = None", "s.py").unwrap();
        assert!(
            py.memory_used() < 33 << 20,
            "{source}: {}",
            py.memory_used()
        );
    }
}

#[test]
fn a_script_sees_only_what_it_was_granted() {
    let sandbox = Sandbox::new()
        .file("/data/a.txt", "one\ntwo\n")
        .file("/app/helper.py", "VALUE = 5\n")
        .env("TZ", "UTC")
        .stdin("typed\n")
        .clock(Duration::from_secs(1_000_000_000))
        .random_seed(7);
    let out = sandbox.stdout();
    let mut py = Interpreter::builder().host(sandbox).build().unwrap();
    py.exec(
        "import os, sys, time\nprint(open('/data/a.txt').read().split(), os.environ.get('TZ'), time.time())\n\
         print(input(), os.listdir('/data'))\nsys.path.append('/app')\nimport helper\nprint(helper.VALUE)",
        "s.py",
    )
    .unwrap();
    py.exec("import sys\nsys.stdout.flush()", "s.py").unwrap();
    assert_eq!(
        out.text(),
        "['one', 'two'] UTC 1000000000.0\ntyped ['a.txt']\n5\n"
    );
    for (source, name) in [
        ("open('/etc/passwd')", "FileNotFoundError"),
        ("open('/data/../../etc/passwd')", "FileNotFoundError"),
        ("open('/data/new', 'w')", "OSError"),
        ("import os; os.unlink('/data/a.txt')", "OSError"),
    ] {
        let error = py.exec(source, "s.py").unwrap_err();
        assert_eq!(error.type_name(), name, "{source}");
    }
}

#[test]
fn the_operating_system_is_out_of_reach() {
    let mut py = python();
    for source in [
        "import os; os.fork()",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.system('true')",
        "import os; os.execv('/bin/true', ['true'])",
        "import subprocess; subprocess.run(['true'])",
        "import _signal; _signal.raise_signal(9)",
        "import os; os.abort()",
        "import os; os._exit(3)",
        "import select; select.poll()",
        "import _thread; _thread.start_new_thread(print, ())",
    ] {
        let error = py.exec(source, "s.py").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Exception, "{source}: {error}");
    }
}

#[test]
fn interpreters_are_isolated() {
    let mut first = python();
    let mut second = python();
    first
        .exec("import sys, math\nsys.marker = 1\nmath.pi = 3", "s.py")
        .unwrap();
    second.exec("import sys, math", "s.py").unwrap();
    assert!(!second.eval_as::<bool>("hasattr(sys, 'marker')").unwrap());
    assert!(second.eval_as::<bool>("math.pi > 3.1").unwrap());
    let foreign: Object = first.eval("[1]").unwrap();
    assert!(second.set("x", &foreign).is_err());
    assert!(second.call(&foreign, ()).is_err());
    drop(first);
    assert_eq!(foreign.repr().unwrap(), "[1]");
}

#[test]
fn many_run_in_parallel() {
    let threads: Vec<_> = (0..8_i64)
        .map(|n| {
            std::thread::spawn(move || {
                let mut py = python();
                py.set("n", n).unwrap();
                py.exec("r = sum(i % (n + 2) for i in range(2000))", "s.py")
                    .unwrap();
                py.eval_as::<i64>("r").unwrap()
            })
        })
        .collect();
    for (n, thread) in (0_i64..).zip(threads) {
        let expected: i64 = (0..2000).map(|i| i % (n + 2)).sum();
        assert_eq!(thread.join().unwrap(), expected);
    }
}
