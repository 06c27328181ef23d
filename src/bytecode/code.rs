//! `CodeObject`: the fields of CPython 3.11's code object, as marshal stores them.
//!
//! Fields that CPython may share between code objects (names, consts, line tables) are `Rc`, because sharing shows in the bytes of a pyc;
//! see `constant.rs`.
//!
//! CPython 3.11: `Include/cpython/code.h`, `Objects/codeobject.c`.

use crate::constant::{Constant, StrObj};
use std::rc::Rc;

/// `co_flags` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFlags;

#[expect(missing_docs, reason = "the names are those of `inspect.CO_*`")]
impl CodeFlags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_DIVISION: u32 = 0x20000;
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    pub const FUTURE_WITH_STATEMENT: u32 = 0x80000;
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
}

/// Bits of `co_localspluskinds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalKind;

impl LocalKind {
    /// A plain local (an argument or a variable of the function).
    pub const LOCAL: u8 = 0x20;
    /// A local that inner functions use.
    pub const CELL: u8 = 0x40;
    /// A variable of an outer function.
    pub const FREE: u8 = 0x80;
}

/// A code object.
#[derive(Debug)]
pub struct CodeObject {
    /// `co_argcount`: positional parameters, positional-only ones included.
    pub argcount: u32,
    /// `co_posonlyargcount`
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: u32,
    /// `co_stacksize`
    pub stacksize: u32,
    /// `co_flags`
    pub flags: u32,
    /// `co_code`: code units of two bytes, inline caches zeroed.
    pub code: Rc<Box<[u8]>>,
    /// `co_consts`, always a `Constant::Tuple`.
    pub consts: Constant,
    /// `co_names`, always a `Constant::Tuple` of strings.
    pub names: Constant,
    /// Names of locals, cells and free variables, always a `Constant::Tuple` of strings.
    pub localsplusnames: Constant,
    /// A `LocalKind` byte for each of `localsplusnames`.
    pub localspluskinds: Rc<Box<[u8]>>,
    /// `co_filename`
    pub filename: Rc<StrObj>,
    /// `co_name`
    pub name: Rc<StrObj>,
    /// `co_qualname`
    pub qualname: Rc<StrObj>,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// `co_linetable`
    pub linetable: Rc<Box<[u8]>>,
    /// `co_exceptiontable`
    pub exceptiontable: Rc<Box<[u8]>>,
}
