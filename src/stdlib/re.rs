//! `_sre`: the engine below `re`.
//!
//! CPython 3.11: `Modules/_sre/`.

mod charset;
mod engine;
mod match_;
mod pattern;
mod program;
mod scanner;
mod source;
mod subject;
mod twin;

pub use module::DEF;

use base::unicode::case;
use derive::pymodule;
use pattern::PyPattern;
use vm::context::{PyResult, Vm};
use vm::object::{PyRef, Value};
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

fn lower(c: i32, by: impl Fn(u32) -> u32) -> i32 {
    u32::try_from(c).map_or(c, |c| by(c) as i32)
}

/// Support for regular expressions.
#[pymodule(
    name = "_sre",
    types(
        super::pattern::PyPattern,
        super::match_::PyMatch,
        super::scanner::PyScanner
    )
)]
mod module {
    use super::*;

    fn exec(vm: &Vm, _module: &Value) -> PyResult<()> {
        vm::types::twin::Twins::add(vm, &super::twin::COMPILE);
        Ok(())
    }

    #[pyattr]
    const MAGIC: i64 = 20_220_615;
    #[pyattr]
    const CODESIZE: i64 = 4;
    #[pyattr]
    const MAXREPEAT: i64 = 0xffff_ffff;
    #[pyattr]
    const MAXGROUPS: i64 = 0x3fff_ffff;

    #[pyattr]
    fn copyright() -> &'static str {
        " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "
    }

    #[pyfunction(sig = "getcodesize($module, /)")]
    fn getcodesize() -> i64 {
        4
    }

    #[pyfunction(sig = "ascii_iscased($module, character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        u8::try_from(character).is_ok_and(|byte| byte.is_ascii_alphabetic())
    }

    #[pyfunction(sig = "unicode_iscased($module, character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        let Ok(c) = u32::try_from(character) else {
            return false;
        };
        case::simple_lower(c) != c || case::simple_upper(c) != c
    }

    #[pyfunction(sig = "ascii_tolower($module, character, /)")]
    fn ascii_tolower(character: i32) -> i32 {
        lower(character, charset::ascii_lower)
    }

    #[pyfunction(sig = "unicode_tolower($module, character, /)")]
    fn unicode_tolower(character: i32) -> i32 {
        lower(character, case::simple_lower)
    }

    #[pyfunction(sig = "compile($module, /, pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        vm: &Vm,
        pattern: &Value,
        flags: i32,
        code: &Value,
        groups: isize,
        groupindex: &Value,
        indexgroup: &Value,
    ) -> PyResult<PyRef<PyPattern>> {
        PyPattern::compile(vm, pattern, flags, code, groups, groupindex, indexgroup)
    }
}

/// A tuple's items, or none.
fn tuple_items(value: &Value) -> &[Value] {
    value
        .downcast_ref::<PyTuple>()
        .map_or(&[], |tuple| tuple.as_slice())
}

/// Calls a function of the package `re`.
fn call_re(vm: &Vm, function: &str, args: &[Value]) -> PyResult<Value> {
    let import = vm.hooks.import_name.get();
    let name: PyRef<PyStr> = vm.intern_str("re");
    let module = import(
        vm,
        &name.as_value(),
        &Value::None,
        &Value::None,
        &Value::None,
        0,
    )?;
    let function = vm::protocol::attr::get(vm, &module, &vm.intern_str(function))?;
    vm::protocol::call::call_args(vm, &function, args)
}
