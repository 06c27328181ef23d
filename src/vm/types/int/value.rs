//! Storage of ints outside the in-place range, and of instances of `int`'s subclasses.
//!
//! Small ints live in the `Value` word; this payload is for the rest. An `int` object of the exact type never holds a number that would
//! fit the word, so equality of in-place ints is equality of words.
//!
//! CPython 3.11: `Objects/longobject.c`.

use crate::context::Vm;
use crate::object::alloc::new_object;
use crate::object::{Payload, Py, PyRef, PyType, TypeDef, Value, type_flag};
use crate::types::object_::PyBaseObject;
use crate::{drop_charged_payload, impl_payload, type_def};
use num_bigint::BigInt;

/// Payload of heap ints.
pub struct PyInt {
    /// The number.
    pub value: BigInt,
}

static DEF: TypeDef = TypeDef {
    drop_payload: drop_charged_payload!(PyInt, |this| this.payload().charged()),
    ..type_def!(PyInt, "int", base: PyBaseObject::def, layout_base: PyBaseObject::def,
        flags: type_flag::BASETYPE | type_flag::VARSIZE | type_flag::MATCH_SELF | type_flag::INT_SUBCLASS | type_flag::IMMUTABLE,
        doc: Some("int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int('0b100', base=0)\n4"),
        traverse: None, clear: None, tables: &[&super::methods::TABLE, &super::slots::TABLE])
};

impl_payload!(PyInt, DEF);

impl PyInt {
    /// An int, or an instance of a subclass, whose digits are charged to the heap.
    pub fn with_class(class: &Py<PyType>, value: BigInt) -> PyRef<PyInt> {
        let int = PyInt { value };
        class.vm().heap.charge(int.charged());
        new_object(class, int)
    }

    /// Bytes of the digits.
    fn charged(&self) -> usize {
        self.value.bits().div_ceil(64) as usize * 8
    }
}

/// An int as arithmetic wants it.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    /// Fits a machine word.
    Small(i64),
    /// Does not, or belongs to an object on the heap.
    Big(&'a BigInt),
}

impl Value {
    /// The number, when this is an int (in place or not), a bool, or an instance of a subclass of int.
    #[inline(always)]
    pub fn as_int(&self) -> Option<IntRef<'_>> {
        if let Some(n) = self.as_small_int() {
            return Some(IntRef::Small(n));
        }
        if self.is_bool() {
            return Some(IntRef::Small(i64::from(self.is_true())));
        }
        self.downcast_ref::<PyInt>()
            .map(|int| IntRef::Big(&int.payload().value))
    }
}

/// `sys.get_int_max_str_digits()`; 0 is no limit.
pub struct MaxStrDigits(pub std::cell::Cell<usize>);

impl Default for MaxStrDigits {
    fn default() -> MaxStrDigits {
        MaxStrDigits(std::cell::Cell::new(4300))
    }
}

impl<'a> IntRef<'a> {
    /// As a big number, without a copy when it is one already.
    #[inline]
    pub fn as_big(self) -> std::borrow::Cow<'a, BigInt> {
        match self {
            IntRef::Small(n) => std::borrow::Cow::Owned(n.into()),
            IntRef::Big(n) => std::borrow::Cow::Borrowed(n),
        }
    }
}

impl IntRef<'_> {
    /// As a machine word, when it fits.
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(n) => Some(n),
            IntRef::Big(n) => i64::try_from(n).ok(),
        }
    }

    /// As a big number.
    pub fn to_bigint(self) -> BigInt {
        match self {
            IntRef::Small(n) => n.into(),
            IntRef::Big(n) => n.clone(),
        }
    }

    /// Whether it is negative.
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(n) => n < 0,
            IntRef::Big(n) => n.sign() == num_bigint::Sign::Minus,
        }
    }
}

/// A heap int; for numbers outside the in-place range only.
pub fn heap_int(vm: &Vm, value: BigInt) -> Value {
    PyInt::with_class(&vm.types.int, value).into_value()
}
