//! Values that cross the border between Rust and Python.

use super::error::{Error, Result};
use super::object::Object;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use vm::context::{PyResult, Vm};
use vm::object::Value;
use vm::protocol::iter;
use vm::types::bytes::value::PyBytes;
use vm::types::dict::value::PyDict;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// What can be made into a Python object.
pub trait IntoPython {
    /// The object.
    ///
    /// # Errors
    /// `MemoryError`, or what hashing a key raises.
    #[doc(hidden)]
    fn into_python(self, vm: &Vm) -> PyResult<Value>;
}

/// What a Python object can be made into.
pub trait FromPython: Sized {
    /// The Rust value.
    ///
    /// # Errors
    /// `TypeError` for an object of another type.
    fn from_python(object: &Object) -> Result<Self>;
}

/// Positional arguments: a tuple of values.
pub trait IntoArgs {
    /// The objects.
    ///
    /// # Errors
    /// As [`IntoPython::into_python`].
    #[doc(hidden)]
    fn into_args(self, vm: &Vm) -> PyResult<Vec<Value>>;
}

fn mismatch(object: &Object, expected: &str) -> Error {
    Error::type_error(format!("{expected} expected, got {}", object.type_name()))
}

macro_rules! ints {
    ($($ty:ty),*) => { $(
        impl IntoPython for $ty {
            fn into_python(self, vm: &Vm) -> PyResult<Value> {
                Ok(match i64::try_from(self) {
                    Ok(n) => vm.new_int(n),
                    Err(_) => vm.new_bigint(self.into()),
                })
            }
        }
        impl FromPython for $ty {
            fn from_python(object: &Object) -> Result<$ty> {
                let Some(int) = object.value().as_int() else {
                    return Err(mismatch(object, "int"));
                };
                <$ty>::try_from(int.to_bigint()).map_err(|_| {
                    Error::type_error(format!("int does not fit into {}", stringify!($ty)))
                })
            }
        }
    )* };
}

ints!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

impl IntoPython for f64 {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_float(self))
    }
}

impl FromPython for f64 {
    fn from_python(object: &Object) -> Result<f64> {
        if let Some(float) = object.value().as_float() {
            return Ok(float);
        }
        match object.value().as_int() {
            Some(int) => int
                .to_i64()
                .map(|n| n as f64)
                .ok_or_else(|| mismatch(object, "float")),
            None => Err(mismatch(object, "float")),
        }
    }
}

impl IntoPython for bool {
    fn into_python(self, _: &Vm) -> PyResult<Value> {
        Ok(Value::bool(self))
    }
}

impl FromPython for bool {
    fn from_python(object: &Object) -> Result<bool> {
        if object.value().is_bool() {
            Ok(object.value().is_true())
        } else {
            Err(mismatch(object, "bool"))
        }
    }
}

impl IntoPython for () {
    fn into_python(self, _: &Vm) -> PyResult<Value> {
        Ok(Value::None)
    }
}

impl FromPython for () {
    fn from_python(object: &Object) -> Result<()> {
        if object.is_none() {
            Ok(())
        } else {
            Err(mismatch(object, "None"))
        }
    }
}

impl IntoPython for &str {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_str(self))
    }
}

impl IntoPython for String {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_str(&self))
    }
}

impl FromPython for String {
    fn from_python(object: &Object) -> Result<String> {
        let Some(text) = object.value().downcast_ref::<PyStr>() else {
            return Err(mismatch(object, "str"));
        };
        match text.to_str() {
            Some(text) => Ok(text.into_owned()),
            None => Err(Error::type_error(String::from("str with lone surrogates"))),
        }
    }
}

/// `bytes`.
impl IntoPython for &[u8] {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        Ok(vm.new_bytes(self))
    }
}

impl IntoPython for Object {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        self.value_in(vm)
    }
}

impl IntoPython for &Object {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        self.value_in(vm)
    }
}

impl FromPython for Object {
    fn from_python(object: &Object) -> Result<Object> {
        Ok(object.clone())
    }
}

impl<T: IntoPython> IntoPython for Option<T> {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        match self {
            Some(value) => value.into_python(vm),
            None => Ok(Value::None),
        }
    }
}

impl<T: FromPython> FromPython for Option<T> {
    fn from_python(object: &Object) -> Result<Option<T>> {
        if object.is_none() {
            Ok(None)
        } else {
            T::from_python(object).map(Some)
        }
    }
}

impl<T: IntoPython> IntoPython for Vec<T> {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        vm.try_reserve(self.len().saturating_mul(size_of::<Value>()))?;
        let items: PyResult<Vec<Value>> =
            self.into_iter().map(|item| item.into_python(vm)).collect();
        Ok(vm.new_list(items?))
    }
}

/// From any iterable but a str; bytes give their numbers.
impl<T: FromPython> FromPython for Vec<T> {
    fn from_python(object: &Object) -> Result<Vec<T>> {
        if object.value().downcast_ref::<PyStr>().is_some() {
            return Err(mismatch(object, "list"));
        }
        if let Some(bytes) = object.value().downcast_ref::<PyBytes>() {
            let shared = object.shared();
            let item = |byte: &u8| {
                T::from_python(&Object::new(
                    shared,
                    Value::small_int_unchecked(i64::from(*byte)),
                ))
            };
            return bytes.as_slice().iter().map(item).collect();
        }
        let items = object.shared().run(|vm| {
            let iterator = iter::get_iter(vm, object.value())?;
            let mut items = Vec::new();
            iter::drain(vm, &iterator, |item| {
                items.push(item);
                Ok(())
            })?;
            Ok(items)
        })?;
        items
            .into_iter()
            .map(|item| T::from_python(&Object::new(object.shared(), item)))
            .collect()
    }
}

fn new_dict<K: IntoPython, V: IntoPython>(
    vm: &Vm,
    entries: impl Iterator<Item = (K, V)>,
) -> PyResult<Value> {
    let dict = PyDict::new(vm);
    for (key, value) in entries {
        dict.set(vm, key.into_python(vm)?, value.into_python(vm)?)?;
    }
    Ok(dict.into_value())
}

fn entries<K: FromPython, V: FromPython>(object: &Object) -> Result<Vec<(K, V)>> {
    let Some(dict) = object.value().downcast_ref::<PyDict>() else {
        return Err(mismatch(object, "dict"));
    };
    let convert = |(key, value)| {
        let shared = object.shared();
        let key = K::from_python(&Object::new(shared, key))?;
        Ok((key, V::from_python(&Object::new(shared, value))?))
    };
    dict.items().into_iter().map(convert).collect()
}

impl<K: IntoPython, V: IntoPython> IntoPython for HashMap<K, V> {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        new_dict(vm, self.into_iter())
    }
}

impl<K: FromPython + Eq + Hash, V: FromPython> FromPython for HashMap<K, V> {
    fn from_python(object: &Object) -> Result<HashMap<K, V>> {
        Ok(entries(object)?.into_iter().collect())
    }
}

impl<K: IntoPython, V: IntoPython> IntoPython for BTreeMap<K, V> {
    fn into_python(self, vm: &Vm) -> PyResult<Value> {
        new_dict(vm, self.into_iter())
    }
}

impl<K: FromPython + Ord, V: FromPython> FromPython for BTreeMap<K, V> {
    fn from_python(object: &Object) -> Result<BTreeMap<K, V>> {
        Ok(entries(object)?.into_iter().collect())
    }
}

impl IntoArgs for () {
    fn into_args(self, _: &Vm) -> PyResult<Vec<Value>> {
        Ok(Vec::new())
    }
}

macro_rules! tuples {
    ($count:literal: $($name:ident $index:tt),*) => {
        impl<$($name: IntoPython),*> IntoPython for ($($name,)*) {
            fn into_python(self, vm: &Vm) -> PyResult<Value> {
                Ok(vm.new_tuple(self.into_args(vm)?))
            }
        }
        impl<$($name: IntoPython),*> IntoArgs for ($($name,)*) {
            fn into_args(self, vm: &Vm) -> PyResult<Vec<Value>> {
                Ok(vec![$(self.$index.into_python(vm)?),*])
            }
        }
        impl<$($name: FromPython),*> FromPython for ($($name,)*) {
            fn from_python(object: &Object) -> Result<Self> {
                let tuple = object.value().downcast_ref::<PyTuple>();
                let Some(items) = tuple.map(|tuple| tuple.as_slice()).filter(|items| items.len() == $count) else {
                    return Err(mismatch(object, concat!("tuple of ", $count)));
                };
                Ok(($($name::from_python(&Object::new(object.shared(), items[$index].clone()))?,)*))
            }
        }
    };
}

tuples!(1: A 0);
tuples!(2: A 0, B 1);
tuples!(3: A 0, B 1, C 2);
tuples!(4: A 0, B 1, C 2, D 3);
tuples!(5: A 0, B 1, C 2, D 3, E 4);
tuples!(6: A 0, B 1, C 2, D 3, E 4, F 5);
