//! Storage of ranges and their arithmetic.
//!
//! A range whose numbers all fit machine words is computed with those; the rest falls back to big numbers.
//!
//! CPython 3.11: `Objects/rangeobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{PyRef, Value, type_flag};
use crate::types::int::value::IntRef;
use crate::types::object_::PyBaseObject;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};

/// Payload of `range`.
pub struct PyRange {
    /// `start`
    pub start: Value,
    /// `stop`
    pub stop: Value,
    /// `step`, not zero.
    pub step: Value,
    /// `len(range)`, of any size.
    pub length: Value,
    /// The same in machine words, when every item and the one behind the last fit.
    pub small: Option<SmallRange>,
}

/// A range in machine words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallRange {
    /// First item.
    pub start: i64,
    /// Difference of two items.
    pub step: i64,
    /// Number of items.
    pub len: i64,
}

native_type!(PyRange, "range", base: PyBaseObject,
    flags: type_flag::GC | type_flag::SEQUENCE | type_flag::IMMUTABLE,
    doc: Some("range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement)."),
    signature: None,
    traverse: Some(crate::traverse_payload!(PyRange, |this, visit| {
        visit(&this.start);
        visit(&this.stop);
        visit(&this.step);
        visit(&this.length);
    })),
    clear: None, tables: [super::methods::TABLE]);

/// An int as a big number.
pub fn big(value: &Value) -> BigInt {
    value.as_int().map_or_else(BigInt::zero, IntRef::to_bigint)
}

fn word(value: &Value) -> Option<i64> {
    value.as_int()?.to_i64()
}

fn small(start: &Value, stop: &Value, step: &Value) -> Option<SmallRange> {
    let (start, stop, step) = (word(start)?, word(stop)?, word(step)?);
    let distance = if step > 0 {
        stop.checked_sub(start)?
    } else {
        start.checked_sub(stop)?
    };
    let width = step.checked_abs()?;
    let len = if distance <= 0 {
        0
    } else {
        (distance - 1) / width + 1
    };
    start.checked_add(len.checked_mul(step)?)?;
    Some(SmallRange { start, step, len })
}

impl SmallRange {
    /// Place of a number in the range.
    pub fn index_of(self, number: i64) -> Option<i64> {
        if self.len == 0 {
            return None;
        }
        let last = self.start + (self.len - 1) * self.step;
        let (low, high) = if self.step > 0 {
            (self.start, last)
        } else {
            (last, self.start)
        };
        if number < low || number > high {
            return None;
        }
        let distance = i128::from(number) - i128::from(self.start);
        let step = i128::from(self.step);
        (distance % step == 0).then(|| (distance / step) as i64)
    }
}

impl PyRange {
    /// A range of ints; `step` must not be zero.
    pub fn new(vm: &Vm, start: Value, stop: Value, step: Value) -> PyRef<PyRange> {
        let small = small(&start, &stop, &step);
        let length = match small {
            Some(small) => vm.new_int(small.len),
            None => {
                let (low, high, width) = (big(&start), big(&stop), big(&step));
                let (distance, width) = if width.is_negative() {
                    (low - high, -width)
                } else {
                    (high - low, width)
                };
                if distance.is_positive() {
                    vm.new_bigint((distance - 1_u8).div_floor(&width) + 1_u8)
                } else {
                    vm.new_int(0)
                }
            }
        };
        PyRef::new(
            vm,
            PyRange {
                start,
                stop,
                step,
                length,
                small,
            },
        )
    }

    /// A range of machine words.
    pub fn from_words(vm: &Vm, start: i64, stop: i64, step: i64) -> PyRef<PyRange> {
        Self::new(vm, vm.new_int(start), vm.new_int(stop), vm.new_int(step))
    }

    /// The item at a place that may be outside of the range.
    pub fn compute(&self, vm: &Vm, index: &BigInt) -> Value {
        vm.new_bigint(big(&self.start) + index * big(&self.step))
    }

    /// Place of an int in the range.
    pub fn index_of(&self, vm: &Vm, number: &Value) -> Option<Value> {
        if let (Some(small), Some(number)) = (self.small, word(number)) {
            return small.index_of(number).map(|index| vm.new_int(index));
        }
        let (quotient, rest) = (big(number) - big(&self.start)).div_rem(&big(&self.step));
        let inside = rest.is_zero() && !quotient.is_negative() && quotient < big(&self.length);
        inside.then(|| vm.new_bigint(quotient))
    }

    /// `len(range)` as a size.
    pub fn len(&self, vm: &Vm) -> PyResult<usize> {
        word(&self.length)
            .and_then(|len| usize::try_from(len).ok())
            .ok_or_else(|| vm.overflow_error("Python int too large to convert to C ssize_t"))
    }
}
