//! Iterators over `bytes` and `bytearray`.
//!
//! CPython 3.11: `striterobject` in `Objects/bytesobject.c`, `bytesiterobject` in `Objects/bytearrayobject.c`.

use super::shared::ByteString;
use super::value::PyBytes;
use crate::context::{PyResult, Vm};
use crate::object::{Py, PyCell, PyRef, Value};
use crate::protocol::convert_int;
use crate::types::bytearray::value::PyByteArray;
use crate::types::native::builtin;
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;

macro_rules! byte_iterator {
    ($name:ident, $table:ident, $of:ident, $doc:tt, $python_name:tt) => {
        #[doc = concat!("Payload of `", $python_name, "`.")]
        #[derive(Traverse)]
        #[pytype(name = $python_name, flags(GC, DISALLOW_INSTANTIATION), tables($table))]
        pub struct $name {
            bytes: PyCell<Option<Value>>,
            #[pytraverse(skip)]
            index: Cell<usize>,
        }

        impl $name {
            #[doc = $doc]
            pub fn of(vm: &Vm, bytes: &Py<$of>) -> Value {
                let iterator = $name {
                    bytes: PyCell::new(Some(bytes.to_value())),
                    index: Cell::new(0),
                };
                PyRef::new(vm, iterator).into_value()
            }

            fn len(&self) -> Option<usize> {
                let bytes = self.bytes.get()?;
                bytes
                    .downcast_ref::<$of>()
                    .map(|bytes| $of::view(bytes, <[u8]>::len))
            }
        }

        #[pymethods(table = $table)]
        impl $name {
            #[pyslot]
            fn iter(zelf: &Value) -> Value {
                zelf.clone()
            }

            #[pyslot]
            fn iternext(zelf: &Py<$name>) -> Option<Value> {
                let index = zelf.index.get();
                let byte = zelf.bytes.with(|bytes| {
                    let bytes = bytes.as_ref()?.downcast_ref::<$of>()?;
                    $of::view(bytes, |bytes| bytes.get(index).copied())
                });
                match byte {
                    Some(byte) => {
                        zelf.index.set(index + 1);
                        Some(Value::small_int_unchecked(byte.into()))
                    }
                    None => {
                        drop(zelf.bytes.take());
                        None
                    }
                }
            }

            /// Private method returning an estimate of len(list(it)).
            #[pymethod]
            fn __length_hint__(&self) -> usize {
                self.len().unwrap_or(0).saturating_sub(self.index.get())
            }

            /// Return state information for pickling.
            #[pymethod]
            fn __reduce__(vm: &Vm, zelf: &Py<$name>) -> Value {
                let iter = builtin(vm, "iter");
                match zelf.bytes.get() {
                    Some(bytes) => vm.new_tuple(vec![
                        iter,
                        vm.new_tuple(vec![bytes]),
                        vm.new_usize(zelf.index.get()),
                    ]),
                    None => vm.new_tuple(vec![
                        iter,
                        vm.new_tuple(vec![vm.empty_tuple().into_value()]),
                    ]),
                }
            }

            /// Set state information for unpickling.
            #[pymethod]
            fn __setstate__(vm: &Vm, zelf: &Py<$name>, state: &Value) -> PyResult<()> {
                let index = usize::try_from(convert_int::to_isize(vm, state)?).unwrap_or(0);
                if let Some(len) = zelf.len() {
                    zelf.index.set(index.min(len));
                }
                Ok(())
            }
        }
    };
}

byte_iterator!(
    PyBytesIter,
    BYTES,
    PyBytes,
    "`iter(bytes)`",
    "bytes_iterator"
);

mod of_bytearray {
    //! Apart because the wrappers would have the same names.
    use super::*;
    byte_iterator!(
        PyByteArrayIter,
        BYTEARRAY,
        PyByteArray,
        "`iter(bytearray)`",
        "bytearray_iterator"
    );
}

pub use of_bytearray::PyByteArrayIter;
