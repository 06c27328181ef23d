//! Layer 1: what a Python object is in memory. Knows no Python semantics.

pub mod alloc;
pub mod buffer;
pub mod concat;
pub mod def;
pub mod header;
pub mod instance;
pub mod payload;
pub mod pycell;
pub mod refs;
pub mod slots;
pub mod traverse;
pub mod typecache;
pub mod typeobj;
pub mod value;
pub mod weak;

pub use def::{
    Args, Binding, ConstDef, GetSetDef, MethodDef, ModuleDef, NativeFn, Table, TypeDef, TypeIndex,
    Visitor, type_flag,
};
pub use header::Object;
pub use payload::Payload;
pub use pycell::PyCell;
pub use refs::{Py, PyRef};
pub use slots::{CompareOp, SendResult, Slots};
pub use traverse::Traverse;
pub use typeobj::PyType;
pub use value::{Value, ValueRef};
