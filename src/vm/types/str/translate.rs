//! `str.translate` and `str.maketrans`.
//!
//! CPython 3.11: `_PyUnicode_TranslateCharmap`, `unicode_maketrans_impl` in `Objects/unicodeobject.c`.

use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyRef, Value};
use crate::protocol::mapping;
use crate::types::dict::value::PyDict;
use base::text::TextBuilder;
use derive::pymethods;

/// What a table says about one character.
enum Mapped {
    Keep,
    Char(u32),
    Text(PyRef<PyStr>),
    Nothing,
}

fn look_up(vm: &Vm, table: &Value, c: u32) -> PyResult<Mapped> {
    if let Some(dict) = table.downcast_exact::<PyDict>(vm) {
        return match dict.get(vm, &vm.new_int(c.into()))? {
            Some(found) => mapped(vm, found),
            None => Ok(Mapped::Keep),
        };
    }
    match mapping::get_item(vm, table, &vm.new_int(c.into())) {
        Ok(found) => mapped(vm, found),
        Err(error) if error.is(vm, ExcKind::LookupError) => Ok(Mapped::Keep),
        Err(error) => Err(error),
    }
}

/// What a value of a table means.
fn mapped(vm: &Vm, found: Value) -> PyResult<Mapped> {
    if found.is_none() {
        return Ok(Mapped::Nothing);
    }
    if let Some(n) = found.as_int() {
        return match n.to_i64() {
            Some(n @ 0..=0x10_ffff) => Ok(Mapped::Char(n as u32)),
            _ => Err(vm.value_error("character mapping must be in range(0x110000)")),
        };
    }
    found
        .downcast::<PyStr>()
        .map(Mapped::Text)
        .map_err(|_| vm.type_error("character mapping must return integer, None or str"))
}

/// `str.translate`
pub fn translate(vm: &Vm, zelf: &Py<PyStr>, table: &Value) -> PyResult<PyRef<PyStr>> {
    if table.class(vm).slots.mp_subscript.get().is_none()
        && table.class(vm).slots.sq_item.get().is_none()
        && zelf.len() > 0
    {
        mapping::get_item(vm, table, &vm.new_int(0))?;
    }
    let mut out = TextBuilder::with_capacity(zelf.len());
    // Answers for ASCII, so that a table is asked once for each of them.
    let mut known: [Option<i16>; 128] = [None; 128];
    for c in zelf.chars() {
        if let Some(&Some(answer)) = known.get(c as usize) {
            if answer >= 0 {
                out.push(answer as u32);
            }
            continue;
        }
        let answer = match look_up(vm, table, c)? {
            Mapped::Keep => {
                out.push(c);
                Some(c)
            }
            Mapped::Char(mapped) => {
                out.push(mapped);
                Some(mapped)
            }
            Mapped::Nothing => {
                if let Some(place) = known.get_mut(c as usize) {
                    *place = Some(-1);
                }
                None
            }
            Mapped::Text(text) => {
                out.push_text(text.text());
                None
            }
        };
        if let (Some(place), Some(answer @ 0..=0x7f)) = (known.get_mut(c as usize), answer) {
            *place = Some(answer as i16);
        }
    }
    Ok(PyStr::from_text(vm, &out.finish()))
}

fn single_char_keys(vm: &Vm, table: &Value) -> PyResult<Value> {
    let Some(source) = table.downcast_exact::<PyDict>(vm) else {
        return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    let result = PyDict::new(vm);
    let mut position = 0;
    while let Some((key, value)) = source.next_item(&mut position) {
        let key = if let Some(text) = key.downcast_ref::<PyStr>() {
            match text.char_at(0) {
                Some(c) if text.len() == 1 => vm.new_int(c.into()),
                _ => {
                    return Err(
                        vm.value_error("string keys in translate table must be of length 1")
                    );
                }
            }
        } else if key.as_int().is_some() {
            key
        } else {
            return Err(vm.type_error("keys in translate table must be strings or integers"));
        };
        result.set(vm, key, value)?;
    }
    Ok(result.into_value())
}

#[pymethods(table = TRANSLATE)]
impl PyStr {
    /// Replace each character in the string using the given translation table.
    #[pymethod(sig = "translate($self, table, /)", name = "translate")]
    fn py_translate(vm: &Vm, zelf: &Py<PyStr>, table: &Value) -> PyResult<PyRef<PyStr>> {
        translate(vm, zelf, table)
    }

    /// Return a translation table usable for str.translate().
    #[pystaticmethod(
        sig = "maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)",
        no_text_signature
    )]
    fn maketrans(
        vm: &Vm,
        x: &Value,
        y: Option<&Py<PyStr>>,
        z: Option<&Py<PyStr>>,
    ) -> PyResult<Value> {
        let Some(y) = y else {
            return single_char_keys(vm, x);
        };
        let Some(x) = x.downcast_ref::<PyStr>() else {
            return Err(vm.type_error(
                "first maketrans argument must be a string if there is a second argument",
            ));
        };
        if x.len() != y.len() {
            return Err(vm.value_error("the first two maketrans arguments must have equal length"));
        }
        let result = PyDict::new(vm);
        for (from, to) in x.chars().zip(y.chars()) {
            result.set(vm, vm.new_int(from.into()), vm.new_int(to.into()))?;
        }
        if let Some(z) = z {
            for deleted in z.chars() {
                result.set(vm, vm.new_int(deleted.into()), Value::None)?;
            }
        }
        Ok(result.into_value())
    }
}
