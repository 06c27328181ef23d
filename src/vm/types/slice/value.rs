//! Storage of slices, and what a slice means for a sequence of a given length.
//!
//! CPython 3.11: `Objects/sliceobject.c`.

use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::alloc::new_object_watched_if;
use crate::object::{Payload, PyRef, Value, type_flag};
use crate::protocol::number;
use crate::types::object_::PyBaseObject;

/// Payload of `slice`.
pub struct PySlice {
    /// `start`
    pub start: Value,
    /// `stop`
    pub stop: Value,
    /// `step`
    pub step: Value,
}

native_type!(PySlice, "slice", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2])."),
    signature: None,
    traverse: Some(crate::traverse_payload!(PySlice, |this, visit| {
        visit(&this.start);
        visit(&this.stop);
        visit(&this.step);
    })),
    clear: None, tables: [super::methods::TABLE]);

/// The items a slice selects from a sequence: `count` of them, from `start` by `step`. With a negative step `stop` may be -1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First index.
    pub start: isize,
    /// Where it ends.
    pub stop: isize,
    /// Never 0, never the lowest number.
    pub step: isize,
    /// Number of items.
    pub count: usize,
}

impl Span {
    /// The selected indices in order.
    pub fn indices(self) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator {
        (0..self.count).map(move |n| (self.start + n as isize * self.step) as usize)
    }
}

impl PySlice {
    /// `slice(start, stop, step)`
    pub fn new(vm: &Vm, start: Value, stop: Value, step: Value) -> PyRef<PySlice> {
        let watched = [&start, &stop, &step]
            .iter()
            .any(|part| part.as_object().is_some_and(|part| part.class().is_gc()));
        new_object_watched_if(Self::class(vm), PySlice { start, stop, step }, watched)
    }

    /// Start, stop and step as native numbers, clipped (`PySlice_Unpack`). May run Python.
    pub fn unpack(&self, vm: &Vm) -> PyResult<(isize, isize, isize)> {
        let step = if self.step.is_none() {
            1
        } else {
            let step = slice_index(vm, &self.step)?;
            if step == 0 {
                return Err(vm.value_error("slice step cannot be zero"));
            }
            step.max(-isize::MAX)
        };
        let start = if !self.start.is_none() {
            slice_index(vm, &self.start)?
        } else if step < 0 {
            isize::MAX
        } else {
            0
        };
        let stop = if !self.stop.is_none() {
            slice_index(vm, &self.stop)?
        } else if step < 0 {
            isize::MIN
        } else {
            isize::MAX
        };
        Ok((start, stop, step))
    }

    /// What the slice selects from a sequence whose length `len` gives, asked for after the numbers were converted. May run Python.
    pub fn span(&self, vm: &Vm, len: impl FnOnce() -> usize) -> PyResult<Span> {
        let (start, stop, step) = self.unpack(vm)?;
        Ok(adjust(start, stop, step, len()))
    }
}

/// A clipped bound of a slice.
pub fn slice_index(vm: &Vm, value: &Value) -> PyResult<isize> {
    if let Some(n) = value.as_small_int() {
        return Ok(n as isize);
    }
    if !number::is_index(vm, value) {
        return Err(
            vm.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    number::to_index_clipped(vm, value)
}

/// `PySlice_AdjustIndices`
pub fn adjust(start: isize, stop: isize, step: isize, len: usize) -> Span {
    let len = len as isize;
    let clip = |index: isize| {
        if index < 0 {
            let index = index.saturating_add(len);
            if index >= 0 {
                index
            } else if step < 0 {
                -1
            } else {
                0
            }
        } else if index >= len {
            if step < 0 { len - 1 } else { len }
        } else {
            index
        }
    };
    let (start, stop) = (clip(start), clip(stop));
    let count = if step < 0 {
        if stop < start {
            (start - stop - 1) / -step + 1
        } else {
            0
        }
    } else if start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    Span {
        start,
        stop,
        step,
        count: count as usize,
    }
}
