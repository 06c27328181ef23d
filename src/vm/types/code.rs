//! `code`: a code object whose constants and names are live values.
//!
//! What marshal stores is `bytecode::CodeObject`; this is the form that runs. The instructions are verified when the object is made
//! (`bytecode::verify`), and copied into a quickenable array on the first call; `co_code` never changes.
//!
//! CPython 3.11: `Objects/codeobject.c`.

use crate::native_type;
use crate::object::{Object, PyCell, PyRef, Table, Visitor, type_flag};
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use std::cell::Cell;

/// Payload of code objects.
pub struct PyCode {
    /// `co_argcount`
    pub argcount: u32,
    /// `co_posonlyargcount`
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: u32,
    /// `co_stacksize`
    pub stacksize: u32,
    /// `co_flags`
    pub flags: u32,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// `co_code`: code units, caches zeroed.
    pub code: Box<[u8]>,
    /// `co_consts`
    pub consts: PyRef<PyTuple>,
    /// `co_names`: interned strings.
    pub names: PyRef<PyTuple>,
    /// Names of locals, cells and free variables: interned strings.
    pub localsplusnames: PyRef<PyTuple>,
    /// `bytecode::LocalKind` of each.
    pub localspluskinds: Box<[u8]>,
    /// Number of plain locals (`co_nlocals`): parameters first.
    pub nlocals: u32,
    /// Number of cells, parameters that are cells included.
    pub ncellvars: u32,
    /// Number of free variables; they stand last in localsplus.
    pub nfreevars: u32,
    /// `co_filename`
    pub filename: PyCell<PyRef<PyStr>>,
    /// `co_name`
    pub name: PyRef<PyStr>,
    /// `co_qualname`
    pub qualname: PyRef<PyStr>,
    /// `co_linetable`
    pub linetable: Box<[u8]>,
    /// `co_exceptiontable`
    pub exceptiontable: Box<[u8]>,
    /// The copy that quickens, made on the first call; owned by `interp`.
    pub quickened: PyCell<Option<Box<[u16]>>>,
    /// Calls and backward jumps until the code is worth quickening.
    pub warmup: Cell<u8>,
}

native_type!(PyCode, "code", base: PyBaseObject, flags: type_flag::GC | type_flag::MANAGED | type_flag::HAS_WEAKREF | type_flag::IMMUTABLE,
    doc: Some("Create a code object.  Not for mere mortals."), signature: None,
    traverse: Some(traverse), clear: None, tables: [TABLE]);

/// What the type does.
pub static TABLE: Table = Table::EMPTY;

unsafe fn traverse(object: *const Object, visit: &mut Visitor<'_>) {
    // SAFETY: called for live code objects.
    let code = unsafe { (*object).cast::<PyCode>() };
    visit(&code.consts.as_value());
}
