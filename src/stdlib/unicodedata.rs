//! `unicodedata`.
//!
//! The functions are methods of `UCD` objects too: `ucd_3_2_0` is one that answers as Unicode 3.2.0 did.
//!
//! CPython 3.11: `Modules/unicodedata.c`.

pub use module::DEF;

use base::unicode::normalize::{self, Form};
use base::unicode::{self, names, old};
use base::with_units;
use derive::{pymethods, pymodule, pytype};
use vm::context::{PyErr, PyResult, Vm};
use vm::object::{Py, PyRef, Value};
use vm::types::str::value::PyStr;

/// The character of an argument.
fn character(vm: &Vm, function: &str, argument: &str, value: &Value) -> PyResult<u32> {
    let string = value.downcast_ref::<PyStr>();
    match string.and_then(|string| string.char_at(0)) {
        Some(c) if string.is_some_and(|string| string.len() == 1) => Ok(c),
        _ => {
            let given = if value.is_none() {
                "None".to_string()
            } else {
                value.class(vm).tp_name()
            };
            Err(vm.type_error(format!(
                "{function}() argument{argument} must be a unicode character, not {given}"
            )))
        }
    }
}

fn or_default(
    vm: &Vm,
    found: Option<Value>,
    default: Option<&Value>,
    message: &str,
) -> PyResult<Value> {
    match (found, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(vm.value_error(message)),
    }
}

fn form_of(vm: &Vm, form: &Py<PyStr>) -> PyResult<Form> {
    form.to_str()
        .and_then(|form| Form::from_name(&form))
        .ok_or_else(|| vm.value_error("invalid normalization form"))
}

fn normalized(
    vm: &Vm,
    form: &Py<PyStr>,
    string: &Py<PyStr>,
    is_old: bool,
) -> PyResult<PyRef<PyStr>> {
    if string.len() == 0 {
        return Ok(PyStr::substring(vm, string, 0, 0));
    }
    let form = form_of(vm, form)?;
    if string.is_ascii() {
        return Ok(PyStr::substring(vm, string, 0, string.len()));
    }
    vm.try_reserve(string.len().saturating_mul(4))?;
    let quick = !is_old
        && with_units!(string.text(), |units| normalize::quick_check(units, form))
            == normalize::QuickCheck::Yes;
    if quick {
        return Ok(PyStr::substring(vm, string, 0, string.len()));
    }
    let chars = with_units!(string.text(), |units| if is_old {
        normalize::normalize_3_2_0(units, form)
    } else {
        normalize::normalize(units, form)
    });
    Ok(PyStr::from_chars(vm, &chars))
}

fn is_normalized(vm: &Vm, form: &Py<PyStr>, string: &Py<PyStr>, is_old: bool) -> PyResult<bool> {
    let kind = form_of(vm, form)?;
    if is_old {
        return Ok(normalized(vm, form, string, true)?.equals(string));
    }
    Ok(with_units!(
        string.text(),
        |units| normalize::is_normalized(units, kind)
    ))
}

#[cold]
fn undefined_name(vm: &Vm, name: &str) -> PyErr {
    vm.key_error(&vm.new_str(&format!("undefined character name '{name}'")))
}

fn look_up(vm: &Vm, name: &Value, is_old: bool) -> PyResult<PyRef<PyStr>> {
    let text = match name.downcast_ref::<PyStr>() {
        Some(text) => text.to_string_lossy().into_owned(),
        None => String::from_utf8_lossy(&vm::protocol::buffer::to_vec(vm, name)?).into_owned(),
    };
    if text.len() > i32::MAX as usize {
        return Err(vm.key_error(&vm.new_str("name too long")));
    }
    let found = if is_old {
        names::lookup_3_2_0(&text).map(|c| vec![c])
    } else {
        names::lookup_with_sequences(&text)
    };
    match found {
        Some(chars) => Ok(PyStr::from_chars(vm, &chars)),
        None => Err(undefined_name(vm, &text)),
    }
}

/// Payload of `UCD`.
#[pytype(name = "unicodedata.UCD", flags(DISALLOW_INSTANTIATION), tables(TABLE))]
struct PyUcd;

fn decimal_of(vm: &Vm, chr: &Value, default: Option<&Value>, is_old: bool) -> PyResult<Value> {
    let c = character(vm, "decimal", " 1", chr)?;
    let found = if is_old {
        old::decimal(c)
    } else {
        unicode::decimal(c)
    };
    or_default(
        vm,
        found.map(|n| vm.new_int(n.into())),
        default,
        "not a decimal",
    )
}

fn digit_of(vm: &Vm, chr: &Value, default: Option<&Value>, is_old: bool) -> PyResult<Value> {
    let c = character(vm, "digit", " 1", chr)?;
    let found = if is_old {
        old::digit(c)
    } else {
        unicode::digit(c)
    };
    or_default(
        vm,
        found.map(|n| vm.new_int(n.into())),
        default,
        "not a digit",
    )
}

fn numeric_of(vm: &Vm, chr: &Value, default: Option<&Value>, is_old: bool) -> PyResult<Value> {
    let c = character(vm, "numeric", " 1", chr)?;
    let found = if is_old {
        old::numeric(c)
    } else {
        unicode::numeric(c)
    };
    or_default(
        vm,
        found.map(|n| vm.new_float(n)),
        default,
        "not a numeric character",
    )
}

fn name_of(vm: &Vm, chr: &Value, default: Option<&Value>, is_old: bool) -> PyResult<Value> {
    let c = character(vm, "name", " 1", chr)?;
    let found = if is_old {
        names::name_3_2_0(c)
    } else {
        names::name(c)
    };
    or_default(
        vm,
        found.map(|name| vm.new_str(&name)),
        default,
        "no such name",
    )
}

#[pymethods]
impl PyUcd {
    /// Returns the decimal value assigned to the character.
    #[pymethod(sig = "decimal($self, chr, default=<unrepresentable>, /)")]
    fn decimal(vm: &Vm, _zelf: &Value, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        decimal_of(vm, chr, default, true)
    }

    /// Returns the digit value assigned to the character.
    #[pymethod(sig = "digit($self, chr, default=<unrepresentable>, /)")]
    fn digit(vm: &Vm, _zelf: &Value, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        digit_of(vm, chr, default, true)
    }

    /// Returns the numeric value assigned to the character as a float.
    #[pymethod(sig = "numeric($self, chr, default=<unrepresentable>, /)")]
    fn numeric(vm: &Vm, _zelf: &Value, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        numeric_of(vm, chr, default, true)
    }

    /// Returns the name assigned to the character.
    #[pymethod(sig = "name($self, chr, default=<unrepresentable>, /)")]
    fn name(vm: &Vm, _zelf: &Value, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        name_of(vm, chr, default, true)
    }

    /// Returns the general category assigned to the character.
    #[pymethod(sig = "category($self, chr, /)")]
    fn category(vm: &Vm, _zelf: &Value, chr: &Value) -> PyResult<&'static str> {
        Ok(old::category(character(vm, "category", "", chr)?))
    }

    /// Returns the bidirectional class assigned to the character.
    #[pymethod(sig = "bidirectional($self, chr, /)")]
    fn bidirectional(vm: &Vm, _zelf: &Value, chr: &Value) -> PyResult<&'static str> {
        Ok(old::bidirectional(character(vm, "bidirectional", "", chr)?))
    }

    /// Returns the canonical combining class assigned to the character.
    #[pymethod(sig = "combining($self, chr, /)")]
    fn combining(vm: &Vm, _zelf: &Value, chr: &Value) -> PyResult<u8> {
        Ok(old::combining(character(vm, "combining", "", chr)?))
    }

    /// Returns the mirrored property assigned to the character.
    #[pymethod(sig = "mirrored($self, chr, /)")]
    fn mirrored(vm: &Vm, _zelf: &Value, chr: &Value) -> PyResult<i64> {
        Ok(old::is_mirrored(character(vm, "mirrored", "", chr)?).into())
    }

    /// Returns the east asian width assigned to the character.
    #[pymethod(sig = "east_asian_width($self, chr, /)")]
    fn east_asian_width(vm: &Vm, _zelf: &Value, chr: &Value) -> PyResult<&'static str> {
        Ok(old::east_asian_width(character(
            vm,
            "east_asian_width",
            "",
            chr,
        )?))
    }

    /// Returns the character decomposition mapping assigned to the character.
    #[pymethod(sig = "decomposition($self, chr, /)")]
    fn decomposition(vm: &Vm, _zelf: &Value, chr: &Value) -> PyResult<String> {
        Ok(old::decomposition(character(vm, "decomposition", "", chr)?))
    }

    /// Look up character by name.
    #[pymethod(sig = "lookup($self, name, /)")]
    fn lookup(vm: &Vm, _zelf: &Value, name: &Value) -> PyResult<PyRef<PyStr>> {
        look_up(vm, name, true)
    }

    /// Return the normal form for the Unicode string.
    #[pymethod(sig = "normalize($self, form, unistr, /)")]
    fn normalize(
        vm: &Vm,
        _zelf: &Value,
        form: &Py<PyStr>,
        unistr: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        normalized(vm, form, unistr, true)
    }

    /// Return whether the Unicode string is in the normal form.
    #[pymethod(sig = "is_normalized($self, form, unistr, /)")]
    fn is_normalized(
        vm: &Vm,
        _zelf: &Value,
        form: &Py<PyStr>,
        unistr: &Py<PyStr>,
    ) -> PyResult<bool> {
        is_normalized(vm, form, unistr, true)
    }

    #[pymember]
    fn unidata_version(_zelf: &Value) -> &'static str {
        "3.2.0"
    }
}

/// This module provides access to the Unicode Character Database.
#[pymodule(name = "unicodedata", types(super::PyUcd))]
mod module {
    use super::*;

    #[pyattr]
    fn unidata_version() -> &'static str {
        "14.0.0"
    }

    #[pyattr]
    fn ucd_3_2_0(vm: &Vm) -> Value {
        PyRef::new(vm, PyUcd).into_value()
    }

    /// Returns the decimal value assigned to the character.
    #[pyfunction(sig = "decimal($module, chr, default=<unrepresentable>, /)")]
    fn decimal(vm: &Vm, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        decimal_of(vm, chr, default, false)
    }

    /// Returns the digit value assigned to the character.
    #[pyfunction(sig = "digit($module, chr, default=<unrepresentable>, /)")]
    fn digit(vm: &Vm, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        digit_of(vm, chr, default, false)
    }

    /// Returns the numeric value assigned to the character as a float.
    #[pyfunction(sig = "numeric($module, chr, default=<unrepresentable>, /)")]
    fn numeric(vm: &Vm, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        numeric_of(vm, chr, default, false)
    }

    /// Returns the name assigned to the character.
    #[pyfunction(sig = "name($module, chr, default=<unrepresentable>, /)")]
    fn name(vm: &Vm, chr: &Value, default: Option<&Value>) -> PyResult<Value> {
        name_of(vm, chr, default, false)
    }

    /// Returns the general category assigned to the character.
    #[pyfunction(sig = "category($module, chr, /)")]
    fn category(vm: &Vm, chr: &Value) -> PyResult<&'static str> {
        Ok(unicode::category(character(vm, "category", "", chr)?))
    }

    /// Returns the bidirectional class assigned to the character.
    #[pyfunction(sig = "bidirectional($module, chr, /)")]
    fn bidirectional(vm: &Vm, chr: &Value) -> PyResult<&'static str> {
        Ok(unicode::bidirectional(character(
            vm,
            "bidirectional",
            "",
            chr,
        )?))
    }

    /// Returns the canonical combining class assigned to the character.
    #[pyfunction(sig = "combining($module, chr, /)")]
    fn combining(vm: &Vm, chr: &Value) -> PyResult<u8> {
        Ok(unicode::combining(character(vm, "combining", "", chr)?))
    }

    /// Returns the mirrored property assigned to the character.
    #[pyfunction(sig = "mirrored($module, chr, /)")]
    fn mirrored(vm: &Vm, chr: &Value) -> PyResult<i64> {
        Ok(unicode::is_mirrored(character(vm, "mirrored", "", chr)?).into())
    }

    /// Returns the east asian width assigned to the character.
    #[pyfunction(sig = "east_asian_width($module, chr, /)")]
    fn east_asian_width(vm: &Vm, chr: &Value) -> PyResult<&'static str> {
        Ok(unicode::east_asian_width(character(
            vm,
            "east_asian_width",
            "",
            chr,
        )?))
    }

    /// Returns the character decomposition mapping assigned to the character.
    #[pyfunction(sig = "decomposition($module, chr, /)")]
    fn decomposition(vm: &Vm, chr: &Value) -> PyResult<String> {
        Ok(unicode::decomposition(character(
            vm,
            "decomposition",
            "",
            chr,
        )?))
    }

    /// Look up character by name.
    #[pyfunction(sig = "lookup($module, name, /)")]
    fn lookup(vm: &Vm, name: &Value) -> PyResult<PyRef<PyStr>> {
        look_up(vm, name, false)
    }

    /// Return the normal form for the Unicode string.
    #[pyfunction(sig = "normalize($module, form, unistr, /)")]
    fn normalize(vm: &Vm, form: &Py<PyStr>, unistr: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        normalized(vm, form, unistr, false)
    }

    /// Return whether the Unicode string is in the normal form.
    #[pyfunction(
        sig = "is_normalized($module, form, unistr, /)",
        name = "is_normalized"
    )]
    fn py_is_normalized(vm: &Vm, form: &Py<PyStr>, unistr: &Py<PyStr>) -> PyResult<bool> {
        is_normalized(vm, form, unistr, false)
    }
}
