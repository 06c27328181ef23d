//! Each fault at each changing system call of an import that writes a cache.

use crate::host::{FailingHost, Fault, Plan};
use pyrs::{Host, Interpreter, Sandbox};
use std::rc::Rc;

const SOURCE: &str = "VALUE = 'new'\ndef f(): return VALUE\n";
const PYC: &[u8] = b"/lib/__pycache__/m.cpython-311.pyc";
const OLD: &[u8] = b"an old file";

const ENOSPC: i32 = 28;
const EACCES: i32 = 13;
const EROFS: i32 = 30;
const EDQUOT: i32 = 122;
const EINTR: i32 = 4;
const ENOENT: i32 = 2;

const FAULTS: [Fault; 9] = [
    Fault::Fails(ENOSPC),
    Fault::Fails(EACCES),
    Fault::Fails(EROFS),
    Fault::Fails(EDQUOT),
    Fault::Fails(ENOENT),
    Fault::Short(ENOSPC),
    Fault::Short(EINTR),
    Fault::Killed,
    Fault::DirectoryVanishes,
];

fn import(host: FailingHost) -> Result<String, String> {
    let mut python = Interpreter::builder()
        .host(host)
        .build()
        .map_err(|error| error.to_string())?;
    python
        .exec(
            "import sys\nsys.dont_write_bytecode = False\nsys.path.insert(0, '/lib')\nimport m\nvalue = m.f()\n",
            "importer.py",
        )
        .map_err(|error| error.to_string())?;
    let value = python.get("value").map_err(|error| error.to_string())?;
    value.extract::<String>().map_err(|error| error.to_string())
}

fn read(sandbox: &Sandbox, path: &[u8]) -> Option<Vec<u8>> {
    vm::context::host::read_file(sandbox, path).ok()
}

fn file_system(with_old: bool) -> Rc<Sandbox> {
    let mut sandbox = Sandbox::new().writable(1 << 20).file("/lib/m.py", SOURCE);
    if with_old {
        sandbox = sandbox.file("/lib/__pycache__/m.cpython-311.pyc", OLD);
    }
    Rc::new(sandbox)
}

/// What an import without a fault writes, and how many changing calls it makes.
fn reference(with_old: bool) -> (Vec<u8>, usize) {
    let inner = file_system(with_old);
    let plan = Rc::new(Plan::default());
    let host = FailingHost {
        inner: inner.clone(),
        plan: plan.clone(),
    };
    assert_eq!(import(host).as_deref(), Ok("new"));
    let data = read(&inner, PYC).expect("the cache is written");
    (data, plan.count.get())
}

#[test]
fn every_fault_at_every_call() {
    for with_old in [false, true] {
        let (written, calls) = reference(with_old);
        assert!(calls >= 4, "open, write, close, rename: {calls}");
        for fault in FAULTS {
            for at in 0..=calls {
                one(with_old, &written, fault, at);
            }
        }
    }
}

fn one(with_old: bool, written: &[u8], fault: Fault, at: usize) {
    let what = format!("{fault:?} at call {at}, old file: {with_old}");
    let inner = file_system(with_old);
    let plan = Rc::new(Plan::default());
    plan.at.set(at);
    plan.fault.set(Some(fault));
    let host = FailingHost {
        inner: inner.clone(),
        plan,
    };
    let result = import(host);
    if fault != Fault::Killed {
        assert_eq!(result.as_deref(), Ok("new"), "{what}: the import itself");
    }
    if let Some(data) = read(&inner, PYC) {
        let is_whole = data == written || (with_old && data == OLD);
        assert!(is_whole, "{what}: {} bytes in the cache", data.len());
    }
    // Only a process that was killed leaves something behind.
    let leftovers = inner
        .read_dir(b"/lib/__pycache__")
        .unwrap_or_default()
        .into_iter()
        .filter(|entry| entry.name != b"m.cpython-311.pyc")
        .count();
    let allowed = usize::from(fault == Fault::Killed);
    assert!(leftovers <= allowed, "{what}: {leftovers} leftovers");
    let again = FailingHost {
        inner: inner.clone(),
        plan: never(),
    };
    assert_eq!(
        import(again).as_deref(),
        Ok("new"),
        "{what}: the next import"
    );
    assert_eq!(
        read(&inner, PYC).as_deref(),
        Some(written),
        "{what}: the cache after it"
    );
}

/// A call that only looks may fail as well: a source that cannot be read is an error of the import, everything else is none, and the cache
/// holds the old file, the new one or none.
#[test]
fn every_look_that_fails() {
    for with_old in [false, true] {
        let (written, _) = reference(with_old);
        let inner = file_system(with_old);
        let plan = never();
        let host = FailingHost {
            inner,
            plan: plan.clone(),
        };
        assert_eq!(import(host).as_deref(), Ok("new"));
        let looks = plan.looks.get();
        assert!(looks >= 8, "stat, list, open, read: {looks}");
        for at in 0..looks {
            look(with_old, &written, at);
        }
    }
}

fn look(with_old: bool, written: &[u8], at: usize) {
    let what = format!("look {at}, old file: {with_old}");
    let inner = file_system(with_old);
    let plan = never();
    plan.look_at.set(Some(at));
    let host = FailingHost {
        inner: inner.clone(),
        plan,
    };
    match import(host) {
        Ok(value) => assert_eq!(value, "new", "{what}"),
        Err(error) => assert!(
            error.contains("Error"),
            "{what}: an exception of Python: {error}"
        ),
    }
    if let Some(data) = read(&inner, PYC) {
        let is_whole = data == written || (with_old && data == OLD);
        assert!(is_whole, "{what}: {} bytes in the cache", data.len());
    }
    let again = FailingHost {
        inner: inner.clone(),
        plan: never(),
    };
    assert_eq!(
        import(again).as_deref(),
        Ok("new"),
        "{what}: the next import"
    );
    assert_eq!(
        read(&inner, PYC).as_deref(),
        Some(written),
        "{what}: the cache after it"
    );
}

fn never() -> Rc<Plan> {
    let plan = Plan::default();
    plan.at.set(usize::MAX);
    Rc::new(plan)
}
