//! Conversions between Python values and Rust types at the border of native functions.
//!
//! `FromValue` turns an argument into the type a parameter is written with, `ToValue` and `IntoPyResult` turn what a function returns into
//! a value. Error texts are those of CPython's converters of the same C type; what a function must check differently it does in its body
//! with a `&Value` parameter.
//!
//! CPython 3.11: converters in `Python/getargs.c` and `Tools/clinic/clinic.py`, `PyLong_As*` in `Objects/longobject.c`.

use super::buffer;
use super::number::{index_any, is_index, to_f64};
use super::truth::is_true;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::buffer::{Buffer, request};
use crate::object::{Payload, Py, PyRef, Value};
use crate::types::int::value::IntRef;
use crate::types::str::value::PyStr;
use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// Which argument is being converted, for messages.
#[derive(Clone, Copy, Debug)]
pub struct ArgName {
    /// Like `f() argument 1` or `f() argument 'x'`.
    pub text: &'static str,
    /// Whether `None` would have been accepted too.
    pub or_none: bool,
}

impl ArgName {
    /// An argument that must have its type.
    pub const fn new(text: &'static str) -> ArgName {
        ArgName {
            text,
            or_none: false,
        }
    }

    /// An argument that may be `None` instead.
    pub const fn or_none(text: &'static str) -> ArgName {
        ArgName {
            text,
            or_none: true,
        }
    }

    /// The error for an argument of a wrong type (`_PyArg_BadArgument`).
    #[cold]
    #[inline(never)]
    pub fn must_be(self, vm: &Vm, expected: &str, value: &Value) -> PyErr {
        let or_none = if self.or_none { " or None" } else { "" };
        let given = if value.is_none() {
            String::from("None")
        } else {
            value.class(vm).tp_name()
        };
        vm.type_error(format!(
            "{} must be {expected}{or_none}, not {given}",
            self.text
        ))
    }
}

/// A Rust type that a parameter can have.
pub trait FromValue<'a>: Sized {
    /// Converts an argument.
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self>;
}

impl<'a> FromValue<'a> for &'a Value {
    #[inline(always)]
    fn from_value(_vm: &'a Vm, value: &'a Value, _name: ArgName) -> PyResult<Self> {
        Ok(value)
    }
}

impl<'a> FromValue<'a> for Value {
    #[inline(always)]
    fn from_value(_vm: &'a Vm, value: &'a Value, _name: ArgName) -> PyResult<Self> {
        Ok(value.clone())
    }
}

impl<'a, T: Payload> FromValue<'a> for &'a Py<T> {
    #[inline(always)]
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
        match value.downcast_ref::<T>() {
            Some(object) => Ok(object),
            None => Err(name.must_be(vm, T::def().name, value)),
        }
    }
}

impl<'a, T: Payload> FromValue<'a> for PyRef<T> {
    #[inline(always)]
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
        <&Py<T>>::from_value(vm, value, name).map(Py::to_ref)
    }
}

/// Text for which UTF-8 is enough; lone surrogates are refused as by `PyUnicode_AsUTF8`.
impl<'a> FromValue<'a> for std::borrow::Cow<'a, str> {
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
        let string = <&Py<PyStr>>::from_value(vm, value, name)?;
        match string.to_str() {
            Some(text) => Ok(text),
            None => Err(surrogates_error(vm, string)),
        }
    }
}

impl<'a> FromValue<'a> for String {
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
        std::borrow::Cow::<str>::from_value(vm, value, name).map(std::borrow::Cow::into_owned)
    }
}

/// What `PyUnicode_AsUTF8` raises for text with lone surrogates.
pub fn refuse_surrogates(vm: &Vm, string: &Py<PyStr>) -> PyResult<()> {
    match string.to_str() {
        Some(_) => Ok(()),
        None => Err(surrogates_error(vm, string)),
    }
}

#[cold]
#[inline(never)]
fn surrogates_error(vm: &Vm, string: &Py<PyStr>) -> PyErr {
    let is_surrogate = |c: &u32| (0xd800..0xe000).contains(c);
    let start = string.chars().position(|c| is_surrogate(&c)).unwrap_or(0);
    let end = start + string.chars().skip(start).take_while(is_surrogate).count();
    vm.unicode_encode_error(
        "utf-8",
        &string.to_value(),
        start,
        end,
        "surrogates not allowed",
    )
}

/// A truth value, as the format `p` takes it.
impl<'a> FromValue<'a> for bool {
    #[inline]
    fn from_value(vm: &'a Vm, value: &'a Value, _name: ArgName) -> PyResult<Self> {
        is_true(vm, value)
    }
}

/// Calls `f` with `operator.index(value)`.
#[inline]
pub fn with_index<R>(vm: &Vm, value: &Value, f: impl FnOnce(IntRef<'_>) -> R) -> PyResult<R> {
    match value.as_int() {
        Some(int) => Ok(f(int)),
        None => {
            let index = index_any(vm, value)?;
            // `index_any` gives ints only.
            Ok(f(index.as_int().unwrap_or(IntRef::Small(0))))
        }
    }
}

#[cold]
#[inline(never)]
fn too_large(vm: &Vm, c_type: &str) -> PyErr {
    vm.overflow_error(format!("Python int too large to convert to C {c_type}"))
}

/// `None` where it is accepted beside an int, which CPython words in a way of its own.
fn check_optional_int(vm: &Vm, value: &Value, name: ArgName) -> PyResult<()> {
    if name.or_none && !is_index(vm, value) {
        return Err(vm.type_error(format!(
            "argument should be integer or None, not '{}'",
            value.class(vm).tp_name()
        )));
    }
    Ok(())
}

macro_rules! signed {
    ($($ty:ty => $c_type:literal)*) => { $(
        impl<'a> FromValue<'a> for $ty {
            #[inline]
            fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
                if let Some(n) = value.as_small_int()
                    && let Ok(n) = <$ty>::try_from(n)
                {
                    return Ok(n);
                }
                check_optional_int(vm, value, name)?;
                let n = with_index(vm, value, |n| n.to_i64().and_then(|n| <$ty>::try_from(n).ok()))?;
                n.ok_or_else(|| too_large(vm, $c_type))
            }
        }
    )* };
}

signed! {
    i32 => "int"
    i64 => "long"
    isize => "ssize_t"
}

/// The integer type `short`.
impl<'a> FromValue<'a> for i16 {
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
        let n = i64::from_value(vm, value, name)?;
        i16::try_from(n).map_err(|_| {
            let word = if n < 0 {
                "less than minimum"
            } else {
                "greater than maximum"
            };
            vm.overflow_error(format!("signed short integer is {word}"))
        })
    }
}

/// The integer type `unsigned char`.
impl<'a> FromValue<'a> for u8 {
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
        let n = i64::from_value(vm, value, name)?;
        u8::try_from(n).map_err(|_| {
            let word = if n < 0 {
                "less than minimum"
            } else {
                "greater than maximum"
            };
            vm.overflow_error(format!("unsigned byte integer is {word}"))
        })
    }
}

macro_rules! unsigned {
    ($($ty:ty => $to:ident, $overflow:literal)*) => { $(
        impl<'a> FromValue<'a> for $ty {
            fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
                if let Some(n) = value.as_small_int()
                    && let Ok(n) = <$ty>::try_from(n)
                {
                    return Ok(n);
                }
                check_optional_int(vm, value, name)?;
                with_index(vm, value, |n| match n {
                    n if n.is_negative() => Err(vm.value_error("value must be positive")),
                    IntRef::Small(n) => <$ty>::try_from(n).map_err(|_| vm.overflow_error($overflow)),
                    IntRef::Big(n) => n.$to().ok_or_else(|| vm.overflow_error($overflow)),
                })?
            }
        }
    )* };
}

unsigned! {
    u16 => to_u16, "Python int too large for C unsigned short"
    u32 => to_u32, "Python int too large for C unsigned int"
    u64 => to_u64, "Python int too large to convert to C unsigned long"
    usize => to_usize, "Python int too large to convert to C size_t"
}

impl<'a> FromValue<'a> for BigInt {
    fn from_value(vm: &'a Vm, value: &'a Value, _name: ArgName) -> PyResult<Self> {
        with_index(vm, value, |n| n.to_bigint())
    }
}

/// A real number, through `__float__` or `__index__` (`PyFloat_AsDouble`).
impl<'a> FromValue<'a> for f64 {
    #[inline]
    fn from_value(vm: &'a Vm, value: &'a Value, _name: ArgName) -> PyResult<Self> {
        match value.as_small_int() {
            Some(n) => Ok(n as f64),
            None => to_f64(vm, value),
        }
    }
}

/// A str of one character (the clinic's `int(accept={str})`).
impl<'a> FromValue<'a> for char {
    fn from_value(vm: &'a Vm, value: &'a Value, name: ArgName) -> PyResult<Self> {
        let c = value
            .downcast_ref::<PyStr>()
            .filter(|string| string.len() == 1)
            .and_then(|string| string.char_at(0));
        c.and_then(char::from_u32)
            .ok_or_else(|| name.must_be(vm, "a unicode character", value))
    }
}

/// Any object that exports contiguous bytes (the format `y*`).
pub struct BytesLike(Buffer);

impl BytesLike {
    /// Calls `f` with the bytes. `f` must not run Python code.
    pub fn with<R>(&self, f: impl Fn(&[u8]) -> R) -> R {
        match self.0.with_contiguous(&f) {
            Some(result) => result,
            None => f(&self.0.to_vec()),
        }
    }

    /// A copy of the bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.0.len
    }

    /// The export itself.
    pub fn buffer(&self) -> &Buffer {
        &self.0
    }
}

impl<'a> FromValue<'a> for BytesLike {
    fn from_value(vm: &'a Vm, value: &'a Value, _name: ArgName) -> PyResult<Self> {
        buffer::get(vm, value, request::SIMPLE).map(BytesLike)
    }
}

/// A Rust type that a native function can return.
pub trait ToValue {
    /// The value.
    fn to_py(self, vm: &Vm) -> Value;
}

impl ToValue for Value {
    #[inline(always)]
    fn to_py(self, _vm: &Vm) -> Value {
        self
    }
}

impl ToValue for &Value {
    #[inline(always)]
    fn to_py(self, _vm: &Vm) -> Value {
        self.clone()
    }
}

impl ToValue for () {
    #[inline(always)]
    fn to_py(self, _vm: &Vm) -> Value {
        Value::None
    }
}

impl ToValue for bool {
    #[inline(always)]
    fn to_py(self, _vm: &Vm) -> Value {
        Value::bool(self)
    }
}

impl ToValue for f64 {
    #[inline(always)]
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_float(self)
    }
}

impl ToValue for &str {
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_str(self)
    }
}

impl ToValue for String {
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_str(&self)
    }
}

impl ToValue for BigInt {
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_bigint(self)
    }
}

impl ToValue for u64 {
    #[inline]
    fn to_py(self, vm: &Vm) -> Value {
        match i64::try_from(self) {
            Ok(n) => vm.new_int(n),
            Err(_) => vm.new_bigint(self.into()),
        }
    }
}

impl ToValue for usize {
    #[inline(always)]
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_usize(self)
    }
}

impl ToValue for isize {
    #[inline(always)]
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_int(self as i64)
    }
}

macro_rules! small_ints {
    ($($ty:ty)*) => { $(
        impl ToValue for $ty {
            #[inline(always)]
            fn to_py(self, vm: &Vm) -> Value {
                vm.new_int(i64::from(self))
            }
        }
    )* };
}

small_ints! { i8 i16 i32 i64 u8 u16 u32 }

impl<T: Payload> ToValue for PyRef<T> {
    #[inline(always)]
    fn to_py(self, _vm: &Vm) -> Value {
        self.into_value()
    }
}

impl<T: Payload> ToValue for &Py<T> {
    #[inline(always)]
    fn to_py(self, _vm: &Vm) -> Value {
        self.to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    #[inline]
    fn to_py(self, vm: &Vm) -> Value {
        match self {
            Some(content) => content.to_py(vm),
            None => Value::None,
        }
    }
}

/// A tuple of two values.
impl<A: ToValue, B: ToValue> ToValue for (A, B) {
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_tuple(vec![self.0.to_py(vm), self.1.to_py(vm)])
    }
}

/// A tuple of three values.
impl<A: ToValue, B: ToValue, C: ToValue> ToValue for (A, B, C) {
    fn to_py(self, vm: &Vm) -> Value {
        vm.new_tuple(vec![self.0.to_py(vm), self.1.to_py(vm), self.2.to_py(vm)])
    }
}

/// What a native function may return: something with `ToValue`, or a `PyResult` of it.
pub trait IntoPyResult {
    /// The value or exception.
    fn into_py_result(self, vm: &Vm) -> PyResult<Value>;
}

impl<T: ToValue> IntoPyResult for T {
    #[inline(always)]
    fn into_py_result(self, vm: &Vm) -> PyResult<Value> {
        Ok(self.to_py(vm))
    }
}

impl<T: ToValue> IntoPyResult for PyResult<T> {
    #[inline(always)]
    fn into_py_result(self, vm: &Vm) -> PyResult<Value> {
        self.map(|content| content.to_py(vm))
    }
}

/// What a slot that gives no `Value` may return: its result, or a `PyResult` of it.
pub trait IntoSlotResult<R> {
    /// The slot's result.
    fn into_slot_result(self) -> PyResult<R>;
}

impl<R> IntoSlotResult<R> for R {
    #[inline(always)]
    fn into_slot_result(self) -> PyResult<R> {
        Ok(self)
    }
}

impl<R> IntoSlotResult<R> for PyResult<R> {
    #[inline(always)]
    fn into_slot_result(self) -> PyResult<R> {
        self
    }
}

/// Sets an attribute of a module that is being filled.
pub fn set_module_attribute(vm: &Vm, module: &Value, name: &str, value: Value) -> PyResult<()> {
    let name = vm.intern_str(name);
    match module.downcast_ref::<crate::types::module::PyModule>() {
        Some(module) => {
            module.dict(vm).set_str(vm, &name, value);
            Ok(())
        }
        None => Err(vm.type_error("a module is needed")),
    }
}
