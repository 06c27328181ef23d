//! Python-visible methods of `int`.

use super::arith::not_an_int;
use super::bytes;
use super::value::{IntRef, MaxStrDigits};
use crate::context::{PyResult, Vm};
use crate::object::{GetSetDef, PyRef, Table, Value};
use crate::protocol::text::{as_text_ref, format_error, from_text};
use crate::protocol::{number, repr};
use crate::types::native::{arity, fast, getter, keywords, no_args, of_class, one, unsigned};
use crate::types::str::value::PyStr;
use base::bigint;
use base::format_spec::{IntValue, Locale, format_int};
use num_traits::ToPrimitive;

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[
        unsigned(no_args(
            "conjugate",
            "Returns self, the complex conjugate of any int.",
            exact,
        )),
        no_args(
            "bit_length",
            "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6",
            bit_length,
        ),
        no_args(
            "bit_count",
            "Number of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3",
            bit_count,
        ),
        keywords(
            "to_bytes",
            "($self, /, length=1, byteorder='big', *, signed=False)",
            "Return an array of bytes representing an integer.\n\n  length\n    Length of bytes object to use.  An OverflowError is raised if the\n    integer is not representable with the given number of bytes.  Default\n    is length 1.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is 'big',\n    the most significant byte is at the beginning of the byte array.  If\n    byteorder is 'little', the most significant byte is at the end of the\n    byte array.  To request the native byte order of the host system, use\n    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n  signed\n    Determines whether two's complement is used to represent the integer.\n    If signed is False and a negative integer is given, an OverflowError\n    is raised.",
            bytes::to_bytes,
        ),
        of_class(keywords(
            "from_bytes",
            "($type, /, bytes, byteorder='big', *, signed=False)",
            "Return the integer represented by the given array of bytes.\n\n  bytes\n    Holds the array of bytes to convert.  The argument must either\n    support the buffer protocol or be an iterable object producing bytes.\n    Bytes and bytearray are examples of built-in objects that support the\n    buffer protocol.\n  byteorder\n    The byte order used to represent the integer.  If byteorder is 'big',\n    the most significant byte is at the beginning of the byte array.  If\n    byteorder is 'little', the most significant byte is at the end of the\n    byte array.  To request the native byte order of the host system, use\n    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n  signed\n    Indicates whether two's complement is used to represent the integer.",
            bytes::from_bytes,
        )),
        no_args(
            "as_integer_ratio",
            "Return integer ratio.\n\nReturn a pair of integers, whose ratio is exactly equal to the original int\nand with a positive denominator.\n\n>>> (10).as_integer_ratio()\n(10, 1)\n>>> (-10).as_integer_ratio()\n(-10, 1)\n>>> (0).as_integer_ratio()\n(0, 1)",
            as_integer_ratio,
        ),
        unsigned(no_args(
            "__trunc__",
            "Truncating an Integral returns itself.",
            exact,
        )),
        unsigned(no_args(
            "__floor__",
            "Flooring an Integral returns itself.",
            exact,
        )),
        unsigned(no_args(
            "__ceil__",
            "Ceiling of an Integral returns itself.",
            exact,
        )),
        fast(
            "__round__",
            "($self, ndigits=<unrepresentable>, /)",
            "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
            round,
        ),
        no_args("__getnewargs__", "", getnewargs),
        one(
            "__format__",
            "($self, format_spec, /)",
            "Convert to a string according to format_spec.",
            format,
        ),
        no_args("__sizeof__", "Returns size in memory, in bytes.", sizeof),
    ],
    getsets: &[
        constant("real", "the real part of a complex number", exact),
        constant("imag", "the imaginary part of a complex number", |vm, _| {
            Ok(vm.new_int(0))
        }),
        constant(
            "numerator",
            "the numerator of a rational number in lowest terms",
            exact,
        ),
        constant(
            "denominator",
            "the denominator of a rational number in lowest terms",
            |vm, _| Ok(vm.new_int(1)),
        ),
    ],
    consts: &[],
    fill_slots: |_| {},
};

const fn constant(
    name: &'static str,
    doc: &'static str,
    get: fn(&Vm, &Value) -> PyResult<Value>,
) -> GetSetDef {
    getter(name, Some(doc), get)
}

fn exact(vm: &Vm, this: &Value) -> PyResult<Value> {
    Ok(number::exact_int(vm, this.clone()))
}

fn this<'a>(vm: &Vm, value: &'a Value) -> PyResult<IntRef<'a>> {
    value.as_int().ok_or_else(|| not_an_int(vm, value))
}

fn bit_length(vm: &Vm, value: &Value) -> PyResult<Value> {
    let bits = match this(vm, value)? {
        IntRef::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
        IntRef::Big(n) => bigint::bit_length(n),
    };
    Ok(vm.new_int(bits as i64))
}

fn bit_count(vm: &Vm, value: &Value) -> PyResult<Value> {
    let bits = match this(vm, value)? {
        IntRef::Small(n) => u64::from(n.unsigned_abs().count_ones()),
        IntRef::Big(n) => bigint::bit_count(n),
    };
    Ok(vm.new_int(bits as i64))
}

fn as_integer_ratio(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(vm.new_tuple(vec![exact(vm, value)?, vm.new_int(1)]))
}

fn getnewargs(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(vm.new_tuple(vec![exact(vm, value)?]))
}

fn round(vm: &Vm, value: &Value, args: &[Value]) -> PyResult<Value> {
    arity(vm, "__round__", args.len(), 0, 1)?;
    let Some(ndigits) = args.first() else {
        return exact(vm, value);
    };
    let ndigits = number::index_any(vm, ndigits)?;
    let ndigits = this(vm, &ndigits)?;
    if !ndigits.is_negative() {
        return exact(vm, value);
    }
    let power = (-&*ndigits.as_big()).to_u32().unwrap_or(u32::MAX);
    let rounded = bigint::round_to_power_of_ten(&this(vm, value)?.as_big(), power);
    Ok(vm.new_bigint(rounded))
}

/// `int.__format__`
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
    let number = match this(vm, value)? {
        IntRef::Small(n) => IntValue::Small(n),
        IntRef::Big(n) => IntValue::Big(n),
    };
    let limit = vm.state.get::<MaxStrDigits>().0.get();
    let type_name = value.class(vm).tp_name();
    format_int(number, as_text_ref(spec), &type_name, Locale::C, limit)
        .map(|text| from_text(vm, &text).into_value())
        .map_err(|error| format_error(vm, &error))
}

fn sizeof(vm: &Vm, value: &Value) -> PyResult<Value> {
    let bits = match this(vm, value)? {
        IntRef::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
        IntRef::Big(n) => n.bits(),
    };
    Ok(vm.new_int(24 + 4 * bits.div_ceil(30).max(1) as i64))
}
