//! Iterators over the keys, values and items of dicts, forward and backward.
//!
//! CPython 3.11: `dictiterobject` in `Objects/dictobject.c`.

use super::value::PyDict;
use crate::context::{PyResult, Vm};
use crate::native_type;
use crate::object::{MethodDef, Py, PyCell, PyRef, Table, Value, type_flag};
use crate::types::native::{builtin, no_args, self_iter, this, unsigned};
use crate::types::object_::PyBaseObject;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// Where an iterator over a dict is.
#[derive(Clone)]
struct Walk {
    /// The dict, until it is exhausted.
    dict: PyCellValue,
    /// Items the dict had; `usize::MAX` once it was seen to have another number.
    used: Cell<usize>,
    position: Cell<usize>,
    left: Cell<usize>,
}

struct PyCellValue(PyCell<Option<Value>>);

impl Clone for PyCellValue {
    fn clone(&self) -> PyCellValue {
        PyCellValue(PyCell::new(self.0.get()))
    }
}

/// What one step found, before errors are made.
enum Step<T> {
    Item(T),
    End,
    SizeChanged,
    KeysChanged,
}

impl Walk {
    fn new(dict: Value, backward: bool) -> Walk {
        let (used, entries) = match dict.downcast_ref::<PyDict>() {
            Some(dict) => (dict.len(), dict.entry_count()),
            None => (0, 0),
        };
        Walk {
            dict: PyCellValue(PyCell::new(Some(dict))),
            used: Cell::new(used),
            position: Cell::new(if backward { entries } else { 0 }),
            left: Cell::new(used),
        }
    }

    /// The next thing that `read` takes out of the dict at a position, which it moves on.
    #[inline(always)]
    fn step<T>(
        &self,
        vm: &Vm,
        backward: bool,
        read: impl FnOnce(&PyDict, &mut usize) -> Option<T>,
    ) -> PyResult<Option<T>> {
        let mut position = self.position.get();
        let step = self.dict.0.with(|dict| {
            let Some(dict) = dict.as_ref().and_then(|dict| dict.downcast_ref::<PyDict>()) else {
                return Step::End;
            };
            if dict.len() != self.used.get() {
                return Step::SizeChanged;
            }
            match read(dict, &mut position) {
                None => Step::End,
                Some(_) if self.left.get() == 0 && !backward => Step::KeysChanged,
                Some(item) => Step::Item(item),
            }
        });
        match step {
            Step::Item(item) => {
                self.position.set(position);
                self.left.set(self.left.get().wrapping_sub(1));
                Ok(Some(item))
            }
            Step::End => {
                drop(self.dict.0.take());
                Ok(None)
            }
            Step::SizeChanged => {
                self.used.set(usize::MAX);
                Err(vm.runtime_error("dictionary changed size during iteration"))
            }
            Step::KeysChanged => {
                drop(self.dict.0.take());
                Err(vm.runtime_error("dictionary keys changed during iteration"))
            }
        }
    }

    fn length_hint(&self, vm: &Vm) -> Value {
        let same = self.dict.0.with(|dict| {
            let dict = dict.as_ref()?.downcast_ref::<PyDict>()?;
            Some(dict.len() == self.used.get())
        });
        vm.new_usize(if same == Some(true) {
            self.left.get()
        } else {
            0
        })
    }
}

fn pair(vm: &Vm, item: Option<(Value, Value)>) -> Option<Value> {
    item.map(|(key, value)| PyTuple::pair(vm, key, value).into_value())
}

/// The rest of a copy of an iterator, as `__reduce__` shows it.
fn reduced(
    vm: &Vm,
    walk: &Walk,
    next: fn(&Vm, &Walk) -> PyResult<Option<Value>>,
) -> PyResult<Value> {
    let copy = walk.clone();
    let mut items = Vec::new();
    while let Some(item) = next(vm, &copy)? {
        items.push(item);
    }
    Ok(vm.new_tuple(vec![
        builtin(vm, "iter"),
        vm.new_tuple(vec![vm.new_list(items)]),
    ]))
}

/// The six types differ in their name, their direction and what they read.
macro_rules! dict_iterator {
    ($payload:ident, $name:literal, $methods:ident, $table:ident, backward: $backward:literal, $next:expr) => {
        #[doc = concat!("Payload of `", $name, "`.")]
        pub struct $payload(Walk);

        native_type!($payload, $name, base: PyBaseObject,
            flags: type_flag::GC | type_flag::IMMUTABLE | type_flag::DISALLOW_INSTANTIATION,
            doc: None, signature: None,
            traverse: Some(crate::traverse_payload!($payload, |this, visit| this.0.dict.0.with(|dict| dict.iter().for_each(visit)))),
            clear: None, tables: [$table]);

        static $methods: [MethodDef; 2] = [
            unsigned(no_args(
                "__length_hint__",
                "Private method returning an estimate of len(list(it)).",
                |vm, value| Ok(this::<$payload>(vm, value)?.0.length_hint(vm)),
            )),
            unsigned(no_args(
                "__reduce__",
                "Return state information for pickling.",
                |vm, value| reduced(vm, &this::<$payload>(vm, value)?.0, $next),
            )),
        ];

        static $table: Table = Table {
            methods: &$methods,
            getsets: &[],
            consts: &[],
            fill_slots: |slots| {
                slots.iter.set(Some(self_iter));
                slots.iternext.set(Some(|vm, value| {
                    let iterator: &Py<$payload> = this(vm, value)?;
                    ($next)(vm, &iterator.0)
                }));
            },
        };

        impl $payload {
            /// An iterator over a dict.
            #[inline]
            pub fn new(vm: &Vm, dict: Value) -> PyRef<$payload> {
                PyRef::new(vm, $payload(Walk::new(dict, $backward)))
            }

            /// The next item.
            #[inline]
            pub fn next(&self, vm: &Vm) -> PyResult<Option<Value>> {
                ($next)(vm, &self.0)
            }
        }
    };
}

#[inline(always)]
fn next_key(vm: &Vm, walk: &Walk) -> PyResult<Option<Value>> {
    walk.step(vm, false, PyDict::next_key)
}

#[inline(always)]
fn next_value(vm: &Vm, walk: &Walk) -> PyResult<Option<Value>> {
    walk.step(vm, false, PyDict::next_value)
}

#[inline(always)]
fn next_item(vm: &Vm, walk: &Walk) -> PyResult<Option<Value>> {
    Ok(pair(vm, walk.step(vm, false, PyDict::next_item)?))
}

fn previous_key(vm: &Vm, walk: &Walk) -> PyResult<Option<Value>> {
    let item = walk.step(vm, true, PyDict::previous_item)?;
    Ok(item.map(|(key, _)| key))
}

fn previous_value(vm: &Vm, walk: &Walk) -> PyResult<Option<Value>> {
    let item = walk.step(vm, true, PyDict::previous_item)?;
    Ok(item.map(|(_, value)| value))
}

fn previous_item(vm: &Vm, walk: &Walk) -> PyResult<Option<Value>> {
    Ok(pair(vm, walk.step(vm, true, PyDict::previous_item)?))
}

dict_iterator!(PyDictKeyIter, "dict_keyiterator", KEY_METHODS, KEY_TABLE, backward: false, next_key);
dict_iterator!(PyDictValueIter, "dict_valueiterator", VALUE_METHODS, VALUE_TABLE, backward: false, next_value);
dict_iterator!(PyDictItemIter, "dict_itemiterator", ITEM_METHODS, ITEM_TABLE, backward: false, next_item);
dict_iterator!(PyDictReverseKeyIter, "dict_reversekeyiterator", REVERSE_KEY_METHODS, REVERSE_KEY_TABLE, backward: true, previous_key);
dict_iterator!(PyDictReverseValueIter, "dict_reversevalueiterator", REVERSE_VALUE_METHODS, REVERSE_VALUE_TABLE, backward: true, previous_value);
dict_iterator!(PyDictReverseItemIter, "dict_reverseitemiterator", REVERSE_ITEM_METHODS, REVERSE_ITEM_TABLE, backward: true, previous_item);

impl PyDictItemIter {
    /// The next key and value.
    #[inline]
    pub fn next_pair(&self, vm: &Vm) -> PyResult<Option<(Value, Value)>> {
        self.0.step(vm, false, PyDict::next_item)
    }
}
