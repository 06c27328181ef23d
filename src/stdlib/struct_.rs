//! `_struct`: values packed into bytes and back.
//!
//! CPython 3.11: `Modules/_struct.c`.

mod codes;
mod object;

pub use module::DEF;

use crate::support;
use derive::pymodule;
use object::{Compiled, PyUnpackIter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{PyRef, PyType, Value};
use vm::types::bytes::value::PyBytes;

/// Formats kept, as many as CPython keeps.
const CACHE_MAX: usize = 100;

/// What an interpreter keeps for the module.
#[derive(Default)]
struct Shared {
    error: RefCell<Option<PyRef<PyType>>>,
    cache: RefCell<HashMap<Vec<u8>, Rc<Compiled>>>,
}

/// `struct.error`
#[cold]
fn error(vm: &Vm, message: &str) -> PyErr {
    match error_class(vm) {
        Ok(class) => support::raise(vm, &class, message),
        Err(error) => error,
    }
}

fn error_class(vm: &Vm) -> PyResult<PyRef<PyType>> {
    let shared = vm.state.get::<Shared>();
    if let Some(class) = &*shared.error.borrow() {
        return Ok(class.clone());
    }
    let class = support::exception_class(vm, "struct", "error", ExcKind::Exception)?;
    *shared.error.borrow_mut() = Some(class.clone());
    Ok(class)
}

/// A compiled format, from the cache if it is there.
fn cached(vm: &Vm, format: &Value) -> PyResult<Rc<Compiled>> {
    let shared = vm.state.get::<Shared>();
    let text = object::format_text(vm, format)?;
    if let Some(known) = shared.cache.borrow().get(&text) {
        return Ok(known.clone());
    }
    let compiled = object::compile(vm, format)?;
    let mut cache = shared.cache.borrow_mut();
    if cache.len() >= CACHE_MAX {
        cache.clear();
    }
    cache.insert(text, compiled.clone());
    Ok(compiled)
}

/// Functions to convert between Python values and C structs.
#[pymodule(name = "_struct", types(super::object::PyStruct))]
mod module {
    use super::*;

    #[pyattr(name = "error")]
    fn error_attribute(vm: &Vm) -> PyResult<PyRef<PyType>> {
        error_class(vm)
    }

    /// Clear the internal cache.
    #[pyfunction(sig = "_clearcache($module, /)")]
    fn _clearcache(vm: &Vm) {
        vm.state.get::<Shared>().cache.borrow_mut().clear();
    }

    /// Return size in bytes of the struct described by the format string.
    #[pyfunction(sig = "calcsize($module, format, /)")]
    fn calcsize(vm: &Vm, format: &Value) -> PyResult<usize> {
        Ok(cached(vm, format)?.format.size)
    }

    /// pack(format, v1, v2, ...) -> bytes
    #[pyfunction(sig = "pack(*args)", no_text_signature)]
    fn pack(vm: &Vm, args: &[Value]) -> PyResult<PyRef<PyBytes>> {
        let Some((format, values)) = args.split_first() else {
            return Err(vm.type_error("missing format argument"));
        };
        Ok(PyBytes::new(
            vm,
            &cached(vm, format)?.pack(vm, "pack", values)?,
        ))
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    #[pyfunction(sig = "pack_into(*args)", no_text_signature)]
    fn pack_into(vm: &Vm, args: &[Value]) -> PyResult<()> {
        let Some((format, rest)) = args.split_first() else {
            return Err(vm.type_error("missing format argument"));
        };
        cached(vm, format)?.pack_into(vm, rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    #[pyfunction(sig = "unpack($module, format, buffer, /)")]
    fn unpack(vm: &Vm, format: &Value, buffer: &Value) -> PyResult<Value> {
        cached(vm, format)?.unpack_all(vm, buffer)
    }

    /// Return a tuple containing values unpacked according to the format string from a place in the buffer.
    #[pyfunction(sig = "unpack_from($module, format, /, buffer, offset=0)")]
    fn unpack_from(vm: &Vm, format: &Value, buffer: &Value, offset: isize) -> PyResult<Value> {
        cached(vm, format)?.unpack_from(vm, buffer, offset)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    #[pyfunction(sig = "iter_unpack($module, format, buffer, /)")]
    fn iter_unpack(vm: &Vm, format: &Value, buffer: &Value) -> PyResult<PyRef<PyUnpackIter>> {
        cached(vm, format)?.iter_unpack(vm, buffer)
    }
}
