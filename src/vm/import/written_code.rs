//! Code that is compiled to be written, and for nothing else.
//!
//! `py_compile.compile` hands what the compiler made from `source_to_code` to `_code_to_timestamp_pyc` or `_code_to_hash_pyc` and forgets
//! it. Making live objects, only to look at them and drop them, took a quarter of the time of `compileall`; so between these two
//! steps stands an object that holds the marshal stream. Nobody else can see it: it is made only for that function, in its own frame, while
//! nothing is traced and none of the steps was replaced. Whatever is unusual (errors, warnings) is left to `compile()`.
//!
//! CPython 3.11: `compile` in `Lib/py_compile.py`.

use super::loaders::generalised_utf8;
use super::util::{config, get, module_get};
use super::{ahead, pyc};
use crate::context::{PyResult, Vm};
use crate::interp::frame_ownership;
use crate::object::{PyRef, Value};
use crate::types::builtin_function::PyBuiltinFunction;
use crate::types::bytearray::value::PyByteArray;
use crate::types::str::value::PyStr;
use bytecode::pyc::{HEADER_LEN, Header};
use derive::{pymethods, pytype};
use std::cell::Cell;

/// Stands for a code object that is about to be written.
#[pytype(
    name = "_frozen_importlib_external._WrittenCode",
    flags(DISALLOW_INSTANTIATION),
    tables(WRITTEN_CODE)
)]
pub struct WrittenCode {
    /// Room for a header, and the marshal stream.
    pyc: Cell<Vec<u8>>,
}

#[pymethods(table = WRITTEN_CODE)]
impl WrittenCode {}

/// What `py_compile` passes on, if `loader` was made by it and it will do nothing but write.
pub fn compile(
    vm: &Vm,
    loader: &Value,
    source: &[u8],
    path: &Value,
    optimize: i32,
) -> PyResult<Option<Value>> {
    let Some(name) = path.downcast_ref::<PyStr>() else {
        return Ok(None);
    };
    if !is_of_py_compile(vm, loader)? {
        return Ok(None);
    }
    let filename = generalised_utf8(name);
    let pyc = match ahead::take(vm, source, &filename, optimize) {
        Some(ahead) => ahead,
        None => {
            let options = compiler::CompileOptions {
                filename,
                optimize: pyc::level_of(vm, optimize),
                no_debug_ranges: config(vm).no_debug_ranges.get(),
                ..compiler::CompileOptions::default()
            };
            compile_to_pyc(source, &options)
        }
    };
    let made = pyc.map(|pyc| {
        let pyc = Cell::new(pyc);
        PyRef::new(vm, WrittenCode { pyc }).into_value()
    });
    Ok(made)
}

/// A pyc but for the fields of its header; `None` when there is an error to raise or a warning to give.
pub fn compile_to_pyc(source: &[u8], options: &compiler::CompileOptions) -> Option<Vec<u8>> {
    let compiled = compiler::compile(source, options).ok()?;
    if !compiled.warnings.is_empty() {
        return None;
    }
    bytecode::marshal::dumps_pyc(&Header::timestamp(0, 0), &compiled.code).ok()
}

/// Whether the loader is the one of a running `py_compile.compile`, whose next steps are the usual ones.
fn is_of_py_compile(vm: &Vm, loader: &Value) -> PyResult<bool> {
    let is_named = |value: &Value| {
        let name = value
            .downcast_ref::<PyStr>()
            .and_then(|name| name.as_ascii());
        name == Some("<py_compile>")
    };
    if !is_named(&get(vm, loader, "name")?)
        || vm.thread().is_traced()
        || !frame_ownership::is_in_function(vm, "py_compile", "compile")
    {
        return Ok(false);
    }
    let Some(importlib) = module_get(vm, &vm.intern_str("importlib").into_value())? else {
        return Ok(false);
    };
    let external = get(vm, &importlib, "_bootstrap_external")?;
    for step in ["_code_to_timestamp_pyc", "_code_to_hash_pyc"] {
        if get(vm, &external, step)?
            .downcast_ref::<PyBuiltinFunction>()
            .is_none()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The pyc of what `compile` gave, as the bytearray that importlib makes; `None` for any other value.
pub fn with_header(vm: &Vm, header: &Header, code: &Value) -> Option<Value> {
    let written = code.downcast_ref::<WrittenCode>()?;
    let mut pyc = written.pyc.take();
    pyc.get_mut(..HEADER_LEN)?
        .copy_from_slice(&header.to_bytes());
    Some(PyByteArray::new(vm, pyc).into_value())
}
