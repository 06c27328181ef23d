//! The native twin of `re._compiler.compile`: see `source`.
//!
//! CPython 3.11: `compile` in `Lib/re/_compiler.py`.

use super::pattern::{Fields, PyPattern};
use super::source;
use vm::context::Vm;
use vm::object::{Py, Value};
use vm::types::bytes::value::PyBytes;
use vm::types::dict::value::PyDict;
use vm::types::function::PyFunction;
use vm::types::module::PyModule;
use vm::types::str::value::PyStr;
use vm::types::twin::{Twin, has_file};

/// The twin.
pub static COMPILE: Twin = Twin {
    name: "compile",
    file: "re/_compiler.py",
    code_hash: 13_503_735_565_723_942_763,
    run,
};

/// Whether a namespace has the library's function under its name, and not what somebody put there.
fn has_function(namespace: &Py<PyDict>, vm: &Vm, name: &str, file: &str) -> bool {
    namespace
        .get_str(&vm.intern_str(name))
        .is_some_and(|function| {
            function
                .downcast_ref::<PyFunction>()
                .is_some_and(|function| {
                    function
                        .code
                        .with(|code| code.name.equals_str(name) && has_file(code, file))
                })
        })
}

fn run(vm: &Vm, globals: &Py<PyDict>, arguments: &[Value]) -> Option<Value> {
    let [pattern, flags] = arguments else {
        return None;
    };
    let parser = globals.get_str(&vm.intern_str("_parser"))?;
    let parser = parser.downcast_ref::<PyModule>()?.dict(vm);
    if !has_function(&parser, vm, "parse", "re/_parser.py")
        || !has_function(globals, vm, "_code", COMPILE.file)
    {
        return None;
    }
    let flags = u32::try_from(flags.as_small_int()?).ok()?;
    let compiled = if let Some(text) = pattern.downcast_ref::<PyStr>() {
        (text.is_exact(vm)).then(|| source::compile(text.text(), false, flags))??
    } else {
        let bytes = pattern.downcast_ref::<PyBytes>()?;
        let is_exact = bytes.is_exact(vm);
        is_exact.then(|| {
            source::compile(base::text::TextRef::Latin1(bytes.as_slice()), true, flags)
        })??
    };
    let names = PyDict::new(vm);
    let mut by_number = vec![Value::None; compiled.groups as usize + 1];
    for (name, number) in &compiled.names {
        let name = PyStr::new(vm, name);
        names.set_str(vm, &name, vm.new_int(i64::from(*number)));
        *by_number.get_mut(*number as usize)? = name.into_value();
    }
    let fields = Fields {
        pattern: pattern.clone(),
        is_bytes: Some(pattern.downcast_ref::<PyBytes>().is_some()),
        flags: i32::try_from(compiled.flags).ok()?,
        groups: compiled.groups as usize,
        groupindex: names.into_value(),
        indexgroup: vm.new_tuple(by_number),
    };
    let pattern = PyPattern::from_words(vm, fields, compiled.code).ok()?;
    Some(pattern.into_value())
}
