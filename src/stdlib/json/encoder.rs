//! `make_encoder`: from objects to text.
//!
//! CPython 3.11: `encoder_call`, `encoder_listencode_obj` in `Modules/_json.c`.

use super::json_module;
use super::strings::{self, Escapes};
use base::text::TextBuilder;
use derive::{Traverse, pymethods, pytype};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::import::util::call_method;
use vm::object::alloc::new_object;
use vm::object::{Py, PyType, Value};
use vm::protocol::{call, iter, repr};
use vm::types::builtin_function::PyBuiltinFunction;
use vm::types::dict::value::PyDict;
use vm::types::float::value::PyFloat;
use vm::types::list::value::PyList;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// _iterencode(obj, _current_indent_level) -> iterable
#[pytype(name = "_json.Encoder", flags(BASETYPE, GC), tables(ENCODER))]
#[derive(Traverse)]
pub struct Encoder {
    markers: Value,
    default: Value,
    encoder: Value,
    indent: Value,
    key_separator: Value,
    item_separator: Value,
    #[pytraverse(skip)]
    sort_keys: bool,
    #[pytraverse(skip)]
    skipkeys: bool,
    #[pytraverse(skip)]
    allow_nan: bool,
    /// What `encoder` does, if it is one of this module.
    #[pytraverse(skip)]
    escapes: Option<Escapes>,
}

/// How strings are written, when `encoder` is a function of this module.
fn escapes_of(encoder: &Value) -> Option<Escapes> {
    let function = encoder.downcast_ref::<PyBuiltinFunction>()?;
    let is = |name: &str| {
        function.def.name == name
            && json_module::DEF
                .functions
                .iter()
                .any(|method| std::ptr::eq(method, function.def))
    };
    if is("encode_basestring_ascii") {
        Some(Escapes::Ascii)
    } else if is("encode_basestring") {
        Some(Escapes::Needed)
    } else {
        None
    }
}

#[pymethods(table = ENCODER)]
impl Encoder {
    #[pyslot(
        sig = "make_encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        family = "keywords"
    )]
    fn slot_new(
        cls: &Py<PyType>,
        vm: &Vm,
        markers: &Value,
        default: &Value,
        encoder: &Value,
        indent: &Value,
        key_separator: &Py<PyStr>,
        item_separator: &Py<PyStr>,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> PyResult<Value> {
        if !markers.is_none() && markers.downcast_ref::<PyDict>().is_none() {
            return Err(vm.type_error(format!(
                "make_encoder() argument 1 must be dict or None, not {}",
                markers.class(vm).tp_name()
            )));
        }
        let made = Encoder {
            markers: markers.clone(),
            default: default.clone(),
            encoder: encoder.clone(),
            indent: indent.clone(),
            key_separator: key_separator.to_value(),
            item_separator: item_separator.to_value(),
            sort_keys,
            skipkeys,
            allow_nan,
            escapes: escapes_of(encoder),
        };
        Ok(new_object(cls, made).into_value())
    }

    #[pyslot(sig = "_iterencode(obj, _current_indent_level)", family = "keywords")]
    fn slot_call(
        zelf: &Py<Self>,
        vm: &Vm,
        obj: &Value,
        _current_indent_level: i64,
    ) -> PyResult<Value> {
        let _ = _current_indent_level;
        let mut writer = Writer {
            vm,
            encoder: zelf,
            out: TextBuilder::new(),
        };
        writer.object(obj)?;
        let text = PyStr::from_text_ref(vm, writer.out.as_ref()).into_value();
        Ok(vm.new_list(vec![text]))
    }

    #[pygetset]
    fn markers(&self) -> Value {
        self.markers.clone()
    }

    #[pygetset]
    fn default(&self) -> Value {
        self.default.clone()
    }

    #[pygetset]
    fn encoder(&self) -> Value {
        self.encoder.clone()
    }

    #[pygetset]
    fn indent(&self) -> Value {
        self.indent.clone()
    }

    #[pygetset]
    fn key_separator(&self) -> Value {
        self.key_separator.clone()
    }

    #[pygetset]
    fn item_separator(&self) -> Value {
        self.item_separator.clone()
    }

    #[pygetset]
    fn sort_keys(&self) -> bool {
        self.sort_keys
    }

    #[pygetset]
    fn skipkeys(&self) -> bool {
        self.skipkeys
    }
}

/// One call.
struct Writer<'a> {
    vm: &'a Vm,
    encoder: &'a Py<Encoder>,
    out: TextBuilder,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_utf8(text);
    }

    /// The memory limit counts what has been written, too.
    fn room_for(&self, more: usize) -> PyResult<()> {
        self.vm.try_reserve(self.out.len().saturating_add(more))
    }

    fn push_value(&mut self, text: &Value) -> PyResult<()> {
        if let Some(text) = text.downcast_ref::<PyStr>() {
            self.room_for(text.len())?;
            self.out.push_text(text.text());
        }
        Ok(())
    }

    fn string(&mut self, text: &Py<PyStr>) -> PyResult<()> {
        let vm = self.vm;
        if let Some(escapes) = self.encoder.escapes {
            return strings::encode(vm, text, escapes, &mut self.out);
        }
        let encoded = call::call1(vm, &self.encoder.encoder, &text.to_value())?;
        if encoded.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error(format!(
                "encoder() must return a string, not {}",
                encoded.class(vm).tp_name()
            )));
        }
        self.push_value(&encoded)
    }

    /// The text of a number, None, True or False; nothing for other objects.
    fn plain(&self, value: &Value) -> PyResult<Option<String>> {
        let vm = self.vm;
        let text = if value.is_none() {
            "null".to_string()
        } else if value.is(&Value::True) {
            "true".to_string()
        } else if value.is(&Value::False) {
            "false".to_string()
        } else if let Some(n) = value.as_small_int() {
            n.to_string()
        } else if value.class(vm).is_subtype(&vm.types.int) {
            // Not the repr of a subclass.
            let number = call_method(vm, &vm.types.int.to_value(), "__repr__", std::slice::from_ref(value))?;
            repr::str_text(vm, &number)?
        } else if let Some(number) = float_of(vm, value) {
            self.float(number)?
        } else {
            return Ok(None);
        };
        Ok(Some(text))
    }

    fn float(&self, number: f64) -> PyResult<String> {
        if number.is_finite() {
            return Ok(base::dtoa::repr(number));
        }
        if !self.encoder.allow_nan {
            return Err(self
                .vm
                .value_error("Out of range float values are not JSON compliant"));
        }
        Ok(if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_string())
    }

    fn object(&mut self, value: &Value) -> PyResult<()> {
        let vm = self.vm;
        if let Some(text) = value.downcast_ref::<PyStr>() {
            return self.string(text);
        }
        if let Some(text) = self.plain(value)? {
            self.room_for(text.len())?;
            self.push(&text);
            return Ok(());
        }
        vm.check_limits_in_native_loop()?;
        let _guard = vm.enter_recursive(" while encoding a JSON object")?;
        if value.downcast_ref::<PyList>().is_some() || value.downcast_ref::<PyTuple>().is_some() {
            return self.list(value);
        }
        if let Some(dict) = value.downcast_ref::<PyDict>() {
            return self.dict(value, dict);
        }
        let mark = self.enter(value)?;
        let encoder = self.encoder;
        let replaced = call::call1(vm, &encoder.default, value)?;
        self.object(&replaced)?;
        self.leave(mark)
    }

    /// Notes that this object is being written.
    fn enter(&self, value: &Value) -> PyResult<Option<Value>> {
        let vm = self.vm;
        let Some(markers) = self.encoder.markers.downcast_ref::<PyDict>() else {
            return Ok(None);
        };
        let ident = vm.new_int((value.bits() >> 4) as i64);
        if markers.contains(vm, &ident)? {
            return Err(vm.value_error("Circular reference detected"));
        }
        markers.set(vm, ident.clone(), value.clone())?;
        Ok(Some(ident))
    }

    fn leave(&self, mark: Option<Value>) -> PyResult<()> {
        if let (Some(mark), Some(markers)) =
            (mark, self.encoder.markers.downcast_ref::<PyDict>())
        {
            drop(markers.pop(self.vm, &mark)?);
        }
        Ok(())
    }

    fn list(&mut self, value: &Value) -> PyResult<()> {
        // A list may change while its items are written.
        let item = |index| match value.downcast_ref::<PyList>() {
            Some(list) => list.get(index),
            None => value.downcast_ref::<PyTuple>()?.as_slice().get(index).cloned(),
        };
        if item(0).is_none() {
            self.push("[]");
            return Ok(());
        }
        let mark = self.enter(value)?;
        let encoder = self.encoder;
        self.push("[");
        let mut index = 0;
        while let Some(item) = item(index) {
            if index > 0 {
                self.push_value(&encoder.item_separator)?;
            }
            self.object(&item)?;
            index += 1;
        }
        self.leave(mark)?;
        self.push("]");
        Ok(())
    }

    fn dict(&mut self, value: &Value, dict: &Py<PyDict>) -> PyResult<()> {
        let vm = self.vm;
        if dict.len() == 0 {
            self.push("{}");
            return Ok(());
        }
        let mark = self.enter(value)?;
        let encoder = self.encoder;
        self.push("{");
        let is_exact = value.class(vm).is(&vm.types.dict);
        let mut first = true;
        if is_exact && !encoder.sort_keys {
            for (key, item) in dict.items() {
                self.member(&key, &item, &mut first)?;
            }
        } else {
            let items = vm.new_list(iter::to_vec(vm, &call_method(vm, value, "items", &[])?)?);
            if encoder.sort_keys {
                call_method(vm, &items, "sort", &[])?;
            }
            for pair in iter::to_vec(vm, &items)? {
                let Some([key, item]) = pair.downcast_ref::<PyTuple>().map(|pair| pair.as_slice())
                else {
                    return Err(vm.value_error("items must return 2-tuples"));
                };
                self.member(key, item, &mut first)?;
            }
        }
        self.leave(mark)?;
        self.push("}");
        Ok(())
    }

    fn member(&mut self, key: &Value, item: &Value, first: &mut bool) -> PyResult<()> {
        let vm = self.vm;
        let encoder = self.encoder;
        let converted;
        let key = match key.downcast_ref::<PyStr>() {
            Some(key) => key,
            None => match self.plain(key)? {
                Some(text) => {
                    converted = PyStr::new(vm, &text);
                    &*converted
                }
                None if encoder.skipkeys => return Ok(()),
                None => return Err(bad_key(vm, key)),
            },
        };
        if !std::mem::take(first) {
            self.push_value(&encoder.item_separator)?;
        }
        self.string(key)?;
        self.push_value(&encoder.key_separator)?;
        self.object(item)
    }
}

fn bad_key(vm: &Vm, key: &Value) -> PyErr {
    let text = format!(
        "keys must be str, int, float, bool or None, not {}",
        key.class(vm).tp_name()
    );
    vm.new_exception(ExcKind::TypeError, vm.new_str(&text))
}

/// The number in a float or an object of a subclass.
fn float_of(vm: &Vm, value: &Value) -> Option<f64> {
    if let Some(number) = value.as_float() {
        return Some(number);
    }
    if !value.class(vm).is_subtype(&vm.types.float) {
        return None;
    }
    value.downcast_ref::<PyFloat>().map(|float| float.value)
}
