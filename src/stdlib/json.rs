//! `_json`: the fast half of `json`.
//!
//! CPython 3.11: `Modules/_json.c`.

mod encoder;
mod scanner;
mod strings;

pub use json_module::DEF;

use vm::context::{PyErr, PyResult, Vm};
use vm::import::import_name;
use vm::import::util::get;
use vm::object::{Py, PyType, Value};
use vm::types::exceptions::raise::instantiate;
use vm::types::str::value::PyStr;

/// `json.decoder.JSONDecodeError(message, document, position)`
#[cold]
fn decode_error(vm: &Vm, message: &str, document: &Py<PyStr>, position: usize) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let decoder = import_name::import_module(vm, "json.decoder")?;
        let class = get(vm, &decoder, "JSONDecodeError")?;
        let position = vm.new_int(position as i64);
        let args = [vm.new_str(message), document.to_value(), position];
        match class.downcast_ref::<PyType>() {
            Some(class) => Ok(instantiate(vm, class, &args)),
            None => Err(vm.type_error("JSONDecodeError is not a class")),
        }
    };
    made().unwrap_or_else(|error| error)
}

/// A str, or the TypeError that the functions of the module raise.
fn string_argument<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyStr>> {
    value.downcast_ref::<PyStr>().ok_or_else(|| {
        vm.type_error(format!(
            "first argument must be a string, not {}",
            value.class(vm).tp_name()
        ))
    })
}

/// The module.
#[derive::pymodule(name = "_json")]
pub mod json_module {
    //! json speedups
    use super::string_argument;
    use super::strings::{self, Escapes};
    use base::text::TextBuilder;
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{Payload, Value};
    use vm::types::str::value::PyStr;

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[pyfunction(
        sig = "scanstring($module, string, end, strict=True, /)",
        family = "tuple",
        no_text_signature
    )]
    fn scanstring(vm: &Vm, string: &Value, end: i64, strict: bool) -> PyResult<(Value, i64)> {
        let text = string_argument(vm, string)?;
        let start = usize::try_from(end)
            .ok()
            .filter(|start| *start <= text.len())
            .ok_or_else(|| vm.value_error("end is out of bounds"))?;
        let (value, end) = strings::scan(vm, text, start, strict)?;
        Ok((value.into_value(), end as i64))
    }

    fn encoded(vm: &Vm, string: &Value, escapes: Escapes) -> PyResult<Value> {
        let text = string_argument(vm, string)?;
        let mut out = TextBuilder::new();
        strings::encode(vm, text, escapes, &mut out)?;
        Ok(PyStr::from_text_ref(vm, out.as_ref()).into_value())
    }

    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[pyfunction(sig = "encode_basestring($module, string, /)", no_text_signature)]
    fn encode_basestring(vm: &Vm, string: &Value) -> PyResult<Value> {
        encoded(vm, string, Escapes::Needed)
    }

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[pyfunction(
        sig = "encode_basestring_ascii($module, string, /)",
        no_text_signature
    )]
    fn encode_basestring_ascii(vm: &Vm, string: &Value) -> PyResult<Value> {
        encoded(vm, string, Escapes::Ascii)
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let scanner = super::scanner::Scanner::class(vm).to_value();
        set(vm, module, "make_scanner", scanner)?;
        let encoder = super::encoder::Encoder::class(vm).to_value();
        set(vm, module, "make_encoder", encoder)
    }
}
