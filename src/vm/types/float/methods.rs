//! Python-visible methods of `float`.

use super::arith::{not_a_float, positive, truncate};
use super::new::to_int;
use crate::context::{PyResult, Vm};
use crate::object::{PyRef, PyType, Table, Value};
use crate::protocol::text::{as_text_ref, format_error, from_text};
use crate::protocol::{call, number, repr};
use crate::types::native::{arity, fast, getter, no_args, of_class, one};
use crate::types::str::value::PyStr;
use base::dtoa::{self, HexError};
use base::format_spec::{Locale, format_float};

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[
        of_class(one(
            "fromhex",
            "($type, string, /)",
            "Create a floating-point number from a hexadecimal string.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375\n>>> float.fromhex('-0x1p-1074')\n-5e-324",
            fromhex,
        )),
        no_args(
            "conjugate",
            "Return self, the complex conjugate of any float.",
            positive,
        ),
        no_args(
            "__trunc__",
            "Return the Integral closest to x between 0 and x.",
            truncate,
        ),
        no_args(
            "__floor__",
            "Return the floor as an Integral.",
            |vm, value| to_int(vm, this(vm, value)?.floor()),
        ),
        no_args(
            "__ceil__",
            "Return the ceiling as an Integral.",
            |vm, value| to_int(vm, this(vm, value)?.ceil()),
        ),
        fast(
            "__round__",
            "($self, ndigits=None, /)",
            "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).",
            round,
        ),
        no_args(
            "as_integer_ratio",
            "Return integer ratio.\n\nReturn a pair of integers, whose ratio is exactly equal to the original float\nand with a positive denominator.\n\nRaise OverflowError on infinities and a ValueError on NaNs.\n\n>>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)",
            as_integer_ratio,
        ),
        no_args(
            "hex",
            "Return a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'",
            |vm, value| Ok(vm.new_str(&dtoa::to_hex(this(vm, value)?))),
        ),
        no_args(
            "is_integer",
            "Return True if the float is an integer.",
            |vm, value| {
                let value = this(vm, value)?;
                Ok(Value::bool(value.is_finite() && value.floor() == value))
            },
        ),
        no_args("__getnewargs__", "", |vm, value| {
            Ok(vm.new_tuple(vec![positive(vm, value)?]))
        }),
        of_class(one(
            "__getformat__",
            "($type, typestr, /)",
            "You probably don't want to use this function.\n\n  typestr\n    Must be 'double' or 'float'.\n\nIt exists mainly to be used in Python's test suite.\n\nThis function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,\nlittle-endian' best describes the format of floating point numbers used by the\nC type named by typestr.",
            getformat,
        )),
        one(
            "__format__",
            "($self, format_spec, /)",
            "Formats the float according to format_spec.",
            format,
        ),
    ],
    getsets: &[
        getter("real", Some("the real part of a complex number"), positive),
        getter(
            "imag",
            Some("the imaginary part of a complex number"),
            |vm, _| Ok(vm.new_float(0.0)),
        ),
    ],
    consts: &[],
    fill_slots: |_| {},
};

fn this(vm: &Vm, value: &Value) -> PyResult<f64> {
    value.as_float().ok_or_else(|| not_a_float(vm, value))
}

fn fromhex(vm: &Vm, class: &Value, text: &Value) -> PyResult<Value> {
    let Some(string) = text.downcast_ref::<PyStr>() else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    let bytes = string.to_string_lossy();
    let value = match dtoa::from_hex(bytes.as_bytes()) {
        Ok(value) => vm.new_float(value),
        Err(error @ HexError::Invalid) => return Err(vm.value_error(error.message())),
        Err(error @ HexError::TooLarge) => return Err(vm.overflow_error(error.message())),
    };
    match class.downcast_ref::<PyType>() {
        Some(class) if class.is(&vm.types.float) => Ok(value),
        _ => call::call1(vm, class, &value),
    }
}

fn round(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    arity(vm, "__round__", args.len(), 0, 1)?;
    let x = this(vm, value)?;
    let Some(ndigits) = args.first().filter(|ndigits| !ndigits.is_none()) else {
        return to_int(vm, x.round_ties_even());
    };
    let ndigits = number::to_index_clipped(vm, ndigits)?;
    match dtoa::round_to(x, ndigits as i64) {
        Some(rounded) => Ok(vm.new_float(rounded)),
        None => Err(vm.overflow_error("rounded value too large to represent")),
    }
}

fn as_integer_ratio(vm: &Vm, value: &Value) -> PyResult<Value> {
    let x = this(vm, value)?;
    match dtoa::as_integer_ratio(x) {
        Some((numerator, denominator)) => {
            Ok(vm.new_tuple(vec![vm.new_bigint(numerator), vm.new_bigint(denominator)]))
        }
        None if x.is_nan() => Err(vm.value_error("cannot convert NaN to integer ratio")),
        None => Err(vm.overflow_error("cannot convert Infinity to integer ratio")),
    }
}

fn getformat(vm: &Vm, _class: &Value, name: &Value) -> PyResult<Value> {
    let Some(name) = name.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "__getformat__() argument must be str, not {}",
            name.class(vm).tp_name()
        )));
    };
    if name.equals_str("double") || name.equals_str("float") {
        Ok(vm.new_str(if cfg!(target_endian = "little") {
            "IEEE, little-endian"
        } else {
            "IEEE, big-endian"
        }))
    } else {
        Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'"))
    }
}

/// `float.__format__`
fn format(vm: &Vm, value: &Value, spec: &Value) -> PyResult<Value> {
    let Some(spec) = spec.downcast_ref::<PyStr>() else {
        return Err(vm.type_error(format!(
            "__format__() argument must be str, not {}",
            spec.class(vm).tp_name()
        )));
    };
    if spec.len() == 0 {
        return repr::str(vm, value).map(PyRef::into_value);
    }
    let type_name = value.class(vm).tp_name();
    format_float(this(vm, value)?, as_text_ref(spec), &type_name, Locale::C)
        .map(|text| from_text(vm, &text).into_value())
        .map_err(|error| format_error(vm, &error))
}
