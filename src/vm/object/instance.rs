//! Attributes of instances.
//!
//! An instance keeps its attributes as a plain row of values, in the order of the names its class shares (`SharedKeys`); the row stands
//! behind the object when there is room, else in a block of its own. The row of an instance is always a prefix of the shared order. What
//! breaks that (another order, a deletion, more than `SHARED_KEYS_MAX` names, `__dict__` being asked for) turns the row into a dict, once.
//!
//! CPython 3.11: "split tables", "inline values" in `Objects/dictobject.c`.

use super::header::Object;
use super::pycell::PyCell;
use super::refs::{Py, PyRef};
use super::typeobj::PyType;
use super::value::Value;
use crate::context::Vm;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use std::cell::Cell;
use std::ptr::NonNull;

/// Most names a class shares (CPython's limit).
pub const SHARED_KEYS_MAX: usize = 30;
const FIRST_CAPACITY: usize = 4;

/// The attribute names shared by the instances of a class, in order of first assignment. Names are interned.
pub struct SharedKeys {
    names: PyCell<Vec<PyRef<PyStr>>>,
}

impl SharedKeys {
    pub(super) fn new() -> SharedKeys {
        SharedKeys {
            names: PyCell::new(Vec::new()),
        }
    }

    /// The place of an interned name.
    #[inline]
    pub fn index_of(&self, name: &Py<PyStr>) -> Option<usize> {
        self.names
            .with(|names| names.iter().position(|n| n.is(name)))
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.names.with(Vec::len)
    }

    /// The name at a place.
    pub fn name(&self, index: usize) -> Option<PyRef<PyStr>> {
        self.names.with(|names| names.get(index).cloned())
    }

    fn push(&self, name: &Py<PyStr>) {
        self.names.with_mut(|names| names.push(name.to_ref()));
    }

    /// Forgets the names, at the end of the interpreter.
    pub(crate) fn clear(&self) {
        drop(self.names.take());
    }

    /// Room to give a new instance.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.len().max(FIRST_CAPACITY).next_multiple_of(2)
    }
}

/// A row of attribute values; the values follow the struct.
#[repr(C)]
pub struct Values {
    capacity: Cell<u32>,
    len: Cell<u32>,
}

impl Values {
    /// Bytes of a row with this capacity.
    pub fn size(capacity: usize) -> usize {
        size_of::<Values>() + capacity * 8
    }

    /// # Safety
    /// `place` must have `Values::size(capacity)` writable bytes, aligned to 8.
    pub(super) unsafe fn init(place: *mut Values, capacity: usize) {
        // SAFETY: the caller vouches for the memory.
        unsafe {
            place.write(Values {
                capacity: Cell::new(capacity as u32),
                len: Cell::new(0),
            })
        };
    }

    /// Number of attributes set.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get() as usize
    }

    #[inline(always)]
    fn slot(&self, index: usize) -> *mut Value {
        // SAFETY: stays within the row for index < capacity; callers check.
        unsafe {
            std::ptr::from_ref(self)
                .add(1)
                .cast::<Value>()
                .cast_mut()
                .add(index)
        }
    }

    /// The value at a place.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<&Value> {
        if index < self.len() {
            // SAFETY: the first `len` values are initialised.
            Some(unsafe { &*self.slot(index) })
        } else {
            None
        }
    }

    /// Exchanges the value at a place that is set.
    #[inline(always)]
    pub fn replace(&self, index: usize, value: Value) -> Result<Value, Value> {
        if index < self.len() {
            // SAFETY: as in `get`; the old value is given out, not dropped here.
            Ok(unsafe { std::ptr::replace(self.slot(index), value) })
        } else {
            Err(value)
        }
    }

    /// Whether one more value fits.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.len.get() < self.capacity.get()
    }

    /// Appends when there is room.
    #[inline(always)]
    pub fn push(&self, value: Value) -> Result<(), Value> {
        let len = self.len();
        if len < self.capacity.get() as usize {
            // SAFETY: len < capacity.
            unsafe { self.slot(len).write(value) };
            self.len.set(len as u32 + 1);
            Ok(())
        } else {
            Err(value)
        }
    }

    /// Takes the values out.
    fn take(&self) -> Vec<Value> {
        let len = self.len();
        self.len.set(0);
        // SAFETY: the values were initialised, and len is 0 now, so each is moved out once.
        (0..len).map(|i| unsafe { self.slot(i).read() }).collect()
    }
}

/// Attribute storage of one instance: nothing yet, a row (low bit set), or a dict.
pub struct Attrs(Cell<u64>);

impl Attrs {
    pub(super) fn empty() -> Attrs {
        Attrs(Cell::new(0))
    }

    pub(super) fn set_values(&self, values: *mut Values) {
        self.0.set(values as u64 | 1);
    }

    /// The row, unless there is a dict or nothing.
    #[inline(always)]
    pub fn values(&self) -> Option<&Values> {
        let word = self.0.get();
        if word & 1 != 0 {
            // SAFETY: a word with the low bit set is a pointer to a row that lives as long as the object keeps it.
            Some(unsafe { &*((word & !1) as *const Values) })
        } else {
            None
        }
    }

    /// The dict, if the instance has one.
    #[inline(always)]
    pub fn dict(&self) -> Option<&Py<PyDict>> {
        let word = self.0.get();
        if word & 1 == 0 && word != 0 {
            // SAFETY: such a word is an owned pointer to a dict.
            Some(unsafe { &*(word as *const Py<PyDict>) })
        } else {
            None
        }
    }

    fn put_dict(&self, dict: PyRef<PyDict>) -> u64 {
        self.0.replace(dict.into_value().into_bits())
    }
}

/// Releases what an `Attrs` word held. `object` says where its inline row is.
fn release_word(object: &Object, word: u64) {
    if word & 1 != 0 {
        let values = (word & !1) as *mut Values;
        // SAFETY: the word was the row of `object`, and nobody refers to it any more.
        let row = unsafe { &*values };
        drop(row.take());
        if inline_area(object) != Some(values) {
            // SAFETY: rows that are not inline were allocated by `grow`.
            unsafe { free_row(values) };
        }
    } else if word != 0 {
        // SAFETY: the word owned a dict.
        drop(unsafe { Value::from_bits(word) });
    }
}

/// Where the inline row of an object is, when it was allocated with one.
pub(super) fn inline_area(object: &Object) -> Option<*mut Values> {
    if object.has_flag(super::header::flag::INLINE_VALUES) {
        let size = object.class().basicsize.get();
        // SAFETY: objects with the flag were allocated with a row behind their fixed part.
        Some(unsafe {
            std::ptr::from_ref(object)
                .cast::<u8>()
                .add(size)
                .cast::<Values>()
                .cast_mut()
        })
    } else {
        None
    }
}

fn row_layout(capacity: usize) -> std::alloc::Layout {
    std::alloc::Layout::from_size_align(Values::size(capacity), 16).expect("at most 30 values")
}

unsafe fn free_row(values: *mut Values) {
    // SAFETY: allocated by `new_row` with the capacity it still has.
    unsafe {
        let capacity = (*values).capacity.get() as usize;
        std::alloc::dealloc(values.cast(), row_layout(capacity));
    }
}

fn new_row(capacity: usize) -> *mut Values {
    let layout = row_layout(capacity);
    // SAFETY: the layout has a size above zero; the memory is initialised at once.
    unsafe {
        let place = std::alloc::alloc(layout).cast::<Values>();
        if place.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        Values::init(place, capacity);
        place
    }
}

/// The instance's own attribute, without looking at its type. `name` is interned when it can be in a row at all.
pub fn get_own(object: &Object, name: &Py<PyStr>) -> Option<Value> {
    let attrs = &object.managed()?.attrs;
    match attrs.values() {
        Some(values) => {
            let index = object.class().keys.index_of(name)?;
            values.get(index).cloned()
        }
        None => attrs.dict()?.get_str(name),
    }
}

/// Sets the instance's own attribute. `name` must be interned. The type must have `HAS_DICT`.
pub fn set_own(vm: &Vm, object: &Object, name: &Py<PyStr>, value: Value) {
    let Some(managed) = object.managed() else {
        return;
    };
    let attrs = &managed.attrs;
    let class = object.class();
    if attrs.dict().is_none() && class.has_flag(super::def::type_flag::HEAPTYPE) {
        match set_in_row(class, object, attrs, name, value) {
            Ok(()) => return,
            Err(value) => {
                make_dict(vm, object).set_str(vm, name, value);
                return;
            }
        }
    }
    make_dict(vm, object).set_str(vm, name, value);
}

fn set_in_row(
    class: &Py<PyType>,
    object: &Object,
    attrs: &Attrs,
    name: &Py<PyStr>,
    value: Value,
) -> Result<(), Value> {
    let keys = &class.keys;
    let values = match attrs.values() {
        Some(values) => values,
        None => {
            attrs.set_values(new_row(keys.capacity()));
            match attrs.values() {
                Some(values) => values,
                None => return Err(value),
            }
        }
    };
    let index = match keys.index_of(name) {
        Some(index) => index,
        None if values.len() == keys.len() && keys.len() < SHARED_KEYS_MAX => {
            keys.push(name);
            keys.len() - 1
        }
        None => return Err(value),
    };
    let value = match values.replace(index, value) {
        Ok(old) => {
            drop(old);
            return Ok(());
        }
        Err(value) => value,
    };
    if index != values.len() {
        return Err(value);
    }
    match values.push(value) {
        Ok(()) => Ok(()),
        Err(value) => {
            let row = new_row(
                (values.len() + 1)
                    .next_power_of_two()
                    .min(SHARED_KEYS_MAX + 2),
            );
            // SAFETY: the row is fresh and larger than the old one.
            let grown = unsafe { &*row };
            for old in values.take() {
                let _ = grown.push(old);
            }
            let _ = grown.push(value);
            let word = attrs.0.replace(row as u64 | 1);
            release_word(object, word);
            Ok(())
        }
    }
}

/// Deletes the instance's own attribute; false when it is not set.
pub fn delete_own(vm: &Vm, object: &Object, name: &Py<PyStr>) -> bool {
    let Some(managed) = object.managed() else {
        return false;
    };
    if managed.attrs.dict().is_none() && get_own(object, name).is_none() {
        return false;
    }
    make_dict(vm, object).delete_str(name)
}

/// The instance's dict, made of its row when it has none yet.
pub fn make_dict(vm: &Vm, object: &Object) -> PyRef<PyDict> {
    let managed = object
        .managed()
        .expect("only called for types with HAS_DICT");
    if let Some(dict) = managed.attrs.dict() {
        return dict.to_ref();
    }
    let dict = PyDict::new(vm);
    if let Some(values) = managed.attrs.values() {
        for (index, value) in values.take().into_iter().enumerate() {
            if let Some(name) = object.class().keys.name(index) {
                dict.set_str(vm, &name, value);
            }
        }
    }
    let word = managed.attrs.put_dict(dict.clone());
    release_word(object, word);
    dict
}

/// Replaces the instance's dict (`obj.__dict__ = …`).
pub fn set_dict(object: &Object, dict: PyRef<PyDict>) {
    if let Some(managed) = object.managed() {
        let word = managed.attrs.put_dict(dict);
        release_word(object, word);
    }
}

/// Drops all attributes, for deallocation and for the collector.
pub fn clear(object: &Object) {
    if let Some(managed) = object.managed() {
        let word = managed.attrs.0.replace(0);
        release_word(object, word);
    }
}

/// Visits attribute values or the dict.
pub fn traverse(object: &Object, visit: &mut super::def::Visitor<'_>) {
    let Some(managed) = object.managed() else {
        return;
    };
    if let Some(values) = managed.attrs.values() {
        let mut index = 0;
        while let Some(value) = values.get(index) {
            visit(value);
            index += 1;
        }
    } else if let Some(dict) = managed.attrs.dict() {
        visit(&dict.as_value());
    }
}

/// The `__slots__` values of an object: a row of `slot_count` words, `Value::NULL` when unset, at the end of the fixed part.
fn slot_place(object: &Object, index: usize) -> Option<NonNull<Value>> {
    let class = object.class();
    let count = class.slot_count.get();
    if index >= count {
        return None;
    }
    let offset = class.basicsize.get() - (count - index) * 8;
    // SAFETY: the fixed part ends with `slot_count` values.
    NonNull::new(unsafe {
        std::ptr::from_ref(object)
            .cast::<u8>()
            .add(offset)
            .cast::<Value>()
            .cast_mut()
    })
}

/// Reads a `__slots__` value; `None` when unset.
#[inline]
pub fn get_slot(object: &Object, index: usize) -> Option<Value> {
    // SAFETY: slot values are initialised when the object is allocated.
    slot_place(object, index).and_then(|place| unsafe { place.as_ref() }.clone().non_null())
}

/// Writes (or, with `NULL`, unsets) a `__slots__` value and gives the old one back.
#[inline]
pub fn replace_slot(object: &Object, index: usize, value: Value) -> Option<Value> {
    // SAFETY: as in `get_slot`; the old value is given out before anything can run.
    slot_place(object, index)
        .and_then(|place| unsafe { std::ptr::replace(place.as_ptr(), value) }.non_null())
}
