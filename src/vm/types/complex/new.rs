//! `complex(...)` and its text form.
//!
//! CPython 3.11: `complex_new_impl`, `complex_from_string_inner`.

use super::value::PyComplex;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Args, Payload, Py, PyType, Value};
use crate::protocol::warn::warn;
use crate::protocol::{number, special};
use crate::types::int::parse::{ascii_number_text, trim};
use crate::types::native::bind;
use crate::types::str::value::PyStr;
use base::dtoa::parse::{parse_prefix, remove_underscores};

/// `complex.__new__`
pub fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let [real, imag] = bind(vm, "complex", &args, ["real", "imag"], 2, 0)?;
    let exact = class.is(PyComplex::class(vm));
    let zero = vm.new_int(0);
    let real = real.unwrap_or(&zero);
    if exact && imag.is_none() && real.downcast_exact::<PyComplex>(vm).is_some() {
        return Ok(real.clone());
    }
    let value = if let Some(text) = real.downcast_ref::<PyStr>() {
        if imag.is_some() {
            return Err(vm.type_error("complex() can't take second arg if first is a string"));
        }
        parse(vm, text)?
    } else {
        from_parts(vm, real, imag)?
    };
    if exact {
        return Ok(vm.new_complex(value.real, value.imag));
    }
    Ok(new_object(class, value).into_value())
}

fn has_real_value(vm: &Vm, value: &Value) -> bool {
    let slots = &value.class(vm).slots;
    slots.float.get().is_some() || slots.index.get().is_some() || value.as_complex().is_some()
}

/// `real + imag * 1j`, where both may be complex themselves.
fn from_parts(vm: &Vm, real: &Value, imag: Option<&Value>) -> PyResult<PyComplex> {
    if imag.is_some_and(|imag| imag.downcast_ref::<PyStr>().is_some()) {
        return Err(vm.type_error("complex() second arg can't be a string"));
    }
    let converted = by_special_method(vm, real)?;
    let real = converted.as_ref().unwrap_or(real);
    if !has_real_value(vm, real) {
        return Err(vm.type_error(format!(
            "complex() first argument must be a string or a number, not '{}'",
            real.class(vm).tp_name()
        )));
    }
    if let Some(imag) = imag
        && !has_real_value(vm, imag)
    {
        return Err(vm.type_error(format!(
            "complex() second argument must be a number, not '{}'",
            imag.class(vm).tp_name()
        )));
    }
    let part = |value: &Value| -> PyResult<PyComplex> {
        match value.as_complex() {
            Some(complex) => Ok(complex),
            None => Ok(PyComplex {
                real: number::to_f64(vm, value)?,
                imag: 0.0,
            }),
        }
    };
    let mut result = part(real)?;
    if let Some(imag) = imag {
        let y = part(imag)?;
        if imag.as_complex().is_some() {
            result.real -= y.imag;
        }
        result.imag = if real.as_complex().is_some() {
            y.real + result.imag
        } else {
            y.real
        };
    }
    Ok(result)
}

/// What `__complex__` gives, when there is one; complex numbers of the exact type are left alone.
pub fn by_special_method(vm: &Vm, value: &Value) -> PyResult<Option<Value>> {
    if value.downcast_exact::<PyComplex>(vm).is_some() {
        return Ok(None);
    }
    let Some(result) = special::call(vm, value, &vm.names.__complex__, &[])? else {
        return Ok(None);
    };
    if result.as_complex().is_none() {
        return Err(vm.type_error(format!(
            "__complex__ returned non-complex (type {})",
            result.class(vm).tp_name()
        )));
    }
    if result.downcast_exact::<PyComplex>(vm).is_none() {
        warn(
            vm,
            crate::context::errors::ExcKind::DeprecationWarning,
            &format!(
                "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of complex is \
                 deprecated, and may not be supported in a future version of Python.",
                result.class(vm).tp_name()
            ),
            1,
        )?;
    }
    Ok(Some(result))
}

/// Any number as a complex one (`PyComplex_AsCComplex`).
pub fn to_complex(vm: &Vm, value: &Value) -> PyResult<PyComplex> {
    if let Some(complex) = value.as_complex() {
        return Ok(complex);
    }
    if let Some(complex) = by_special_method(vm, value)?.and_then(|value| value.as_complex()) {
        return Ok(complex);
    }
    Ok(PyComplex {
        real: number::to_f64(vm, value)?,
        imag: 0.0,
    })
}

#[cold]
#[inline(never)]
fn malformed(vm: &Vm) -> PyErr {
    vm.value_error("complex() arg is a malformed string")
}

fn parse(vm: &Vm, text: &Py<PyStr>) -> PyResult<PyComplex> {
    let bytes = ascii_number_text(text);
    let clean = if bytes.contains(&b'_') {
        remove_underscores(&bytes).ok_or_else(|| {
            vm.value_error(format!(
                "could not convert string to complex: {}",
                crate::protocol::repr::repr_text(vm, &text.as_value()).unwrap_or_default()
            ))
        })?
    } else {
        bytes.into_owned()
    };
    parse_ascii(&clean).ok_or_else(|| malformed(vm))
}

fn parse_ascii(text: &[u8]) -> Option<PyComplex> {
    let text = trim(text);
    let text = match text {
        [b'(', inner @ .., b')'] => trim(inner),
        [b'(', ..] => return None,
        plain => plain,
    };
    let sign = |byte: u8| if byte == b'-' { -1.0 } else { 1.0 };
    let (first, used) = match parse_prefix(text) {
        Some((value, used)) => (Some(value), used),
        None => (None, 0),
    };
    let (real, imag) = match (first, &text[used..]) {
        (Some(real), []) => (real, 0.0),
        (Some(imag), [b'j' | b'J']) => (0.0, imag),
        (Some(real), rest @ [mark @ (b'+' | b'-'), after @ ..]) => match parse_prefix(rest) {
            Some((imag, used)) if matches!(rest[used..], [b'j' | b'J']) => (real, imag),
            None if matches!(after, [b'j' | b'J']) => (real, sign(*mark)),
            _ => return None,
        },
        (None, [b'j' | b'J']) => (0.0, 1.0),
        (None, [mark @ (b'+' | b'-'), b'j' | b'J']) => (0.0, sign(*mark)),
        _ => return None,
    };
    Some(PyComplex { real, imag })
}
