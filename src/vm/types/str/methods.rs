//! Methods of `str` that are not about its characters: `encode`, `format`, and what pickling and `sys.getsizeof` ask.
//!
//! CPython 3.11: `Objects/unicodeobject.c`, `Objects/stringlib/unicode_format.h`.

use super::codec;
use super::format_method;
use super::value::PyStr;
use crate::context::{PyResult, Vm};
use crate::object::{Args, Py, PyRef, Value};
use crate::types::bytes::value::PyBytes;
use base::format_spec;
use derive::pymethods;

/// `format(string, spec)`
pub fn format_str(vm: &Vm, zelf: &Py<PyStr>, spec: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
    if spec.len() == 0 {
        return crate::protocol::repr::str(vm, &zelf.as_value());
    }
    let type_name = zelf.object().class().tp_name();
    match format_spec::format_str(zelf.text(), spec.text(), &type_name) {
        Ok(text) => Ok(PyStr::from_text(vm, &text)),
        Err(error) => Err(format_method::format_error(vm, error)),
    }
}

#[pymethods]
impl PyStr {
    /// Encode the string using the codec registered for encoding.
    #[pymethod(sig = "encode($self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        vm: &Vm,
        zelf: &Py<PyStr>,
        encoding: Option<&Value>,
        errors: Option<&Value>,
    ) -> PyResult<PyRef<PyBytes>> {
        let encoding = codec::name_argument(vm, "encode", "encoding", encoding)?;
        let errors = codec::name_argument(vm, "encode", "errors", errors)?;
        codec::encode(vm, zelf, encoding.as_deref(), errors.as_deref())
    }

    /// Return a formatted version of the string, with substitutions from the arguments.
    #[pymethod(sig = "format(*args, **kwargs)", no_text_signature)]
    fn format(vm: &Vm, zelf: &Py<PyStr>, args: Args<'_>) -> PyResult<PyRef<PyStr>> {
        format_method::format(vm, zelf, args)
    }

    /// Return a formatted version of the string, with substitutions from the mapping.
    #[pymethod(sig = "format_map(mapping, /)", no_text_signature)]
    fn format_map(vm: &Vm, zelf: &Py<PyStr>, mapping: &Value) -> PyResult<PyRef<PyStr>> {
        format_method::format_map(vm, zelf, mapping)
    }

    /// Return a formatted version of the string as described by format_spec.
    #[pymethod(sig = "__format__($self, format_spec, /)")]
    fn __format__(vm: &Vm, zelf: &Py<PyStr>, format_spec: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        format_str(vm, zelf, format_spec)
    }

    /// Return the size of the string in memory, in bytes.
    #[pymethod(sig = "__sizeof__($self, /)")]
    fn __sizeof__(zelf: &Py<PyStr>) -> usize {
        // What CPython's layouts take, which programs know by heart.
        let head = if zelf.is_ascii() { 48 } else { 72 };
        head + (zelf.len() + 1) * zelf.width()
    }

    #[pymethod]
    fn __getnewargs__(vm: &Vm, zelf: &Py<PyStr>) -> Value {
        // A copy always, as in CPython.
        let copy = PyStr::with_class(&vm.types.str, zelf);
        vm.new_tuple(vec![copy.into_value()])
    }
}
