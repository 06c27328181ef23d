//! The builtin types the lower layers and the loop name directly. Others are reached through `Payload::class`.

use crate::object::{Py, PyRef, PyType};

macro_rules! core_types {
    ($( $(#[doc = $doc:literal])* $field:ident: $payload:path, )*) => {
        /// Builtin types.
        pub struct Types {
            $( $(#[doc = $doc])* pub $field: PyRef<PyType>, )*
        }

        impl Types {
            /// Makes every type with `make`, in the order of the table.
            pub(crate) fn build(mut make: impl FnMut(&'static crate::object::TypeDef) -> PyRef<PyType>) -> Types {
                Types { $( $field: make(<$payload as crate::object::Payload>::def()), )* }
            }

            /// The type of a payload, when it is one of these. The comparisons are between constants, so what is left in a release build
            /// is one load or nothing.
            #[inline(always)]
            pub fn core<T: 'static>(&self) -> Option<&Py<PyType>> {
                use std::any::TypeId;
                let wanted = TypeId::of::<T>();
                $( if wanted == TypeId::of::<$payload>() { return Some(&self.$field); } )*
                None
            }

            /// Every type with its definition.
            pub fn all(&self) -> Vec<(&'static crate::object::TypeDef, PyRef<PyType>)> {
                vec![ $( (<$payload as crate::object::Payload>::def(), self.$field.clone()), )* ]
            }
        }
    };
}

core_types! {
    /// `object`
    object: crate::types::object_::PyBaseObject,
    /// `type`
    type_: crate::object::PyType,
    /// `tuple`
    tuple: crate::types::tuple::value::PyTuple,
    /// `str`
    str: crate::types::str::value::PyStr,
    /// `dict`
    dict: crate::types::dict::value::PyDict,
    /// `int`
    int: crate::types::int::value::PyInt,
    /// `bool`
    bool: crate::types::bool_::PyBool,
    /// `float`
    float: crate::types::float::value::PyFloat,
    /// `NoneType`
    none: crate::types::none::PyNone,
    /// `ellipsis`
    ellipsis: crate::types::ellipsis::PyEllipsis,
    /// `NotImplementedType`
    not_implemented: crate::types::notimplemented::PyNotImplemented,
    /// `list`
    list: crate::types::list::value::PyList,
    /// `BaseException`
    base_exception: crate::types::exceptions::value::PyBaseException,
    /// `builtin_function_or_method`
    builtin_function: crate::types::builtin_function::PyBuiltinFunction,
    /// `method_descriptor`
    method_descriptor: crate::types::descriptor::method::PyMethodDescriptor,
    /// `wrapper_descriptor`
    wrapper_descriptor: crate::types::descriptor::wrapper::PyWrapperDescriptor,
    /// `getset_descriptor`
    getset_descriptor: crate::types::descriptor::getset::PyGetSet,
    /// `function`
    function: crate::types::function::PyFunction,
    /// `method`
    method: crate::types::method::PyMethod,
    /// `cell`
    cell: crate::types::cell::PyCellObject,
    /// `code`
    code: crate::types::code::PyCode,
    /// `module`
    module: crate::types::module::PyModule,
    /// `generator`
    generator: crate::types::generator::PyGenerator,
    /// `coroutine`
    coroutine: crate::types::generator::PyCoroutine,
    /// `slice`
    slice: crate::types::slice::value::PySlice,
    /// `list_iterator`
    list_iterator: crate::types::list::iter::PyListIter,
    /// `tuple_iterator`
    tuple_iterator: crate::types::tuple::iter::PyTupleIter,
    /// `range_iterator`
    range_iterator: crate::types::range::iter::PyRangeIter,
}
