//! Native twins: functions of the library's Python code that a native function can answer for.
//!
//! Some of the library's Python functions are pure, slow and called by everybody. A native module may bring a twin of one: it gives the very
//! result, or nothing, and then the Python code runs as if there were none. The function stays what it is for whoever looks at it; tracing
//! and profiling never meet the twin. Code that is not the one that the twin was written for has none.
//!
//! CPython has no counterpart.

use super::code::PyCode;
use super::dict::value::PyDict;
use crate::context::Vm;
use crate::object::{Py, Value};
use std::cell::RefCell;

/// A twin.
pub struct Twin {
    /// `co_name`
    pub name: &'static str,
    /// How `co_filename` ends.
    pub file: &'static str,
    /// SipHash-1-3 of `co_code`, with keys of zero.
    pub code_hash: u64,
    /// The result for the function's globals and arguments, if this is a case for the twin. It runs no Python code and has no effect but
    /// to make its result.
    pub run: fn(&Vm, &Py<PyDict>, &[Value]) -> Option<Value>,
}

/// The twins of an interpreter.
#[derive(Default)]
pub struct Twins(RefCell<Vec<&'static Twin>>);

impl Twins {
    /// Adds a twin, once.
    pub fn add(vm: &Vm, twin: &'static Twin) {
        let twins = vm.state.get::<Twins>();
        let mut twins = twins.0.borrow_mut();
        if !twins.iter().any(|known| std::ptr::eq(*known, twin)) {
            twins.push(twin);
        }
    }

    /// The twin of a code object.
    pub fn of(vm: &Vm, code: &PyCode) -> Option<&'static Twin> {
        let twins = vm.state.get::<Twins>();
        let twins = twins.0.borrow();
        twins.iter().copied().find(|twin| {
            code.name.equals_str(twin.name)
                && has_file(code, twin.file)
                && base::hash::siphash13(0, 0, code.code.as_slice()) == twin.code_hash
        })
    }
}

/// Whether a code object's file name ends so.
pub fn has_file(code: &PyCode, end: &str) -> bool {
    code.filename
        .with(|name| name.to_string_lossy().ends_with(end))
}
