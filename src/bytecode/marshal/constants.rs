//! Marshal for `Constant` and `CodeObject`: what a pyc is read into and written from without an interpreter.
//!
//! Reading keeps identity: a reference in the stream becomes a clone of the `Rc`. Writing restores the reference flags that CPython
//! writes, whose rule (see `is_shared`) is about reference counts of a process that has just compiled the module:
//!
//! 1. an object is flagged when it is interned, immortal in that process, or has two holders in the tree that is written;
//! 2. `co_code` and `co_filename`, items of sets and the top object are always flagged;
//! 3. `co_localspluskinds` is an object of its own for each code object, except that empty bytes are one object.
//!
//! Immortal are ints from -5 to 256, `()`, `b''`, `''`, one-character strings of Latin-1, one-byte bytes constants, and the names
//! `<module>`, `<lambda>`, `<listcomp>`, … as `co_name`. For these and for interned strings identity is a matter of value, so that
//! a compiler need not keep tables of them; for all else it is identity of the `Rc`.
//!
//! CPython 3.11: `w_ref` in `Python/marshal.c`, `intern_string_constants` in `Objects/codeobject.c`.

use super::error::{ReadError, WriteError};
use super::reader::{CodeFields, Sink, SliceInput, read_object};
use super::writer::{Role, Source, View, write_behind};
use crate::code::CodeObject;
use crate::constant::{Constant, StrObj};
use crate::pyc::Header;
use foldhash::{HashMap, HashSet};
use num_bigint::BigInt;
use std::rc::Rc;
use std::vec::Drain;

/// Room for a pyc of usual size.
const PYC_CAPACITY: usize = 8 << 10;

/// The marshal stream of a code object, as in the body of a pyc.
pub fn dumps_code(code: &Rc<CodeObject>) -> Result<Vec<u8>, WriteError> {
    dumps_constant(&Constant::Code(code.clone()), super::VERSION)
}

/// A pyc: the header, and the marshal stream of the code object.
pub fn dumps_pyc(header: &Header, code: &Rc<CodeObject>) -> Result<Vec<u8>, WriteError> {
    let mut out = Vec::with_capacity(PYC_CAPACITY);
    out.extend_from_slice(&header.to_bytes());
    append_constant(out, &Constant::Code(code.clone()), super::VERSION)
}

/// The marshal stream of a constant.
pub fn dumps_constant(constant: &Constant, version: i32) -> Result<Vec<u8>, WriteError> {
    append_constant(Vec::new(), constant, version)
}

fn append_constant(out: Vec<u8>, constant: &Constant, version: i32) -> Result<Vec<u8>, WriteError> {
    let mut source = ConstSource {
        held_twice: held_twice(constant),
        ids_by_value: HashMap::default(),
        fresh_ids: 0,
    };
    write_behind(out, &mut source, Handle::Constant(constant), version)
}

/// Reads a constant; bytes behind it are ignored.
pub fn loads_constant(bytes: &[u8]) -> Result<Constant, ReadError> {
    read_object(&mut SliceInput::new(bytes), &mut ConstSink)
}

/// Reads a code object; `Ok(None)` when the stream holds something else.
pub fn loads_code(bytes: &[u8]) -> Result<Option<Rc<CodeObject>>, ReadError> {
    match loads_constant(bytes)? {
        Constant::Code(code) => Ok(Some(code)),
        _ => Ok(None),
    }
}

/// Builds constants. Lists, dicts and sets are no constants: reading one is an error.
#[derive(Debug)]
pub struct ConstSink;

impl Sink for ConstSink {
    type Value = Constant;
    type Error = ReadError;

    fn none(&mut self) -> Constant {
        Constant::None
    }

    fn bool(&mut self, value: bool) -> Constant {
        Constant::Bool(value)
    }

    fn ellipsis(&mut self) -> Constant {
        Constant::Ellipsis
    }

    fn stop_iteration(&mut self) -> Constant {
        Constant::StopIteration
    }

    fn int(&mut self, value: i64) -> Result<Constant, ReadError> {
        Ok(Constant::Int(Rc::new(BigInt::from(value))))
    }

    fn big_int(&mut self, value: BigInt) -> Result<Constant, ReadError> {
        Ok(Constant::Int(Rc::new(value)))
    }

    fn float(&mut self, value: f64) -> Result<Constant, ReadError> {
        Ok(Constant::Float(Rc::new(value)))
    }

    fn complex(&mut self, real: f64, imag: f64) -> Result<Constant, ReadError> {
        Ok(Constant::Complex(Rc::new((real, imag))))
    }

    fn str(
        &mut self,
        text: &[u8],
        is_interned: bool,
        _is_ascii: bool,
    ) -> Result<Constant, ReadError> {
        let object = StrObj::new(text);
        object.set_interned(is_interned);
        Ok(Constant::Str(object))
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<Constant, ReadError> {
        Ok(Constant::Bytes(Rc::new(bytes.into())))
    }

    fn tuple(&mut self, items: Drain<'_, Constant>) -> Result<Constant, ReadError> {
        Ok(Constant::Tuple(items.collect()))
    }

    fn frozenset(&mut self, items: Drain<'_, Constant>) -> Result<Constant, ReadError> {
        Ok(Constant::FrozenSet(items.collect()))
    }

    fn code(&mut self, fields: CodeFields<Constant>) -> Result<Constant, ReadError> {
        code_object(fields).map(|code| Constant::Code(Rc::new(code)))
    }

    fn list_new(&mut self, _len: usize) -> Result<Constant, ReadError> {
        Err(ReadError::NotConstant)
    }

    fn list_push(&mut self, _list: &Constant, _item: Constant) -> Result<(), ReadError> {
        Err(ReadError::NotConstant)
    }

    fn dict_new(&mut self) -> Result<Constant, ReadError> {
        Err(ReadError::NotConstant)
    }

    fn dict_insert(
        &mut self,
        _dict: &Constant,
        _key: Constant,
        _value: Constant,
    ) -> Result<(), ReadError> {
        Err(ReadError::NotConstant)
    }

    fn set_new(&mut self) -> Result<Constant, ReadError> {
        Err(ReadError::NotConstant)
    }

    fn set_add(&mut self, _set: &Constant, _item: Constant) -> Result<(), ReadError> {
        Err(ReadError::NotConstant)
    }
}

fn code_object(fields: CodeFields<Constant>) -> Result<CodeObject, ReadError> {
    fn bytes(value: &Constant) -> Result<Rc<Box<[u8]>>, ReadError> {
        match value {
            Constant::Bytes(bytes) => Ok(bytes.clone()),
            _ => Err(ReadError::BadCodeFields),
        }
    }
    fn text(value: &Constant) -> Result<Rc<StrObj>, ReadError> {
        match value {
            Constant::Str(text) => Ok(text.clone()),
            _ => Err(ReadError::BadCodeFields),
        }
    }
    fn tuple(value: &Constant) -> Result<&Rc<[Constant]>, ReadError> {
        match value {
            Constant::Tuple(items) => Ok(items),
            _ => Err(ReadError::BadCodeFields),
        }
    }
    fn count(value: i32) -> Result<u32, ReadError> {
        u32::try_from(value).map_err(|_| ReadError::BadCodeFields)
    }
    let code = bytes(&fields.code)?;
    let localspluskinds = bytes(&fields.localspluskinds)?;
    let localsplusnames = tuple(&fields.localsplusnames)?;
    tuple(&fields.consts)?;
    for names in [tuple(&fields.names)?, localsplusnames] {
        // Names that are no strings are a fatal error of the process in CPython.
        if !names.iter().all(|name| matches!(name, Constant::Str(_))) {
            return Err(ReadError::BadCodeFields);
        }
    }
    fields.validate(&code, localsplusnames.len(), &localspluskinds)?;
    Ok(CodeObject {
        argcount: count(fields.argcount)?,
        posonlyargcount: count(fields.posonlyargcount)?,
        kwonlyargcount: count(fields.kwonlyargcount)?,
        stacksize: count(fields.stacksize)?,
        flags: count(fields.flags)?,
        code,
        localspluskinds,
        filename: text(&fields.filename)?,
        name: text(&fields.name)?,
        qualname: text(&fields.qualname)?,
        firstlineno: fields.firstlineno,
        linetable: bytes(&fields.linetable)?,
        exceptiontable: bytes(&fields.exceptiontable)?,
        consts: fields.consts,
        names: fields.names,
        localsplusnames: fields.localsplusnames,
    })
}

/// A constant, or a field of a code object.
#[derive(Clone, Copy)]
enum Handle<'a> {
    Constant(&'a Constant),
    Str(&'a Rc<StrObj>),
    Bytes(&'a Rc<Box<[u8]>>),
}

impl<'a> Handle<'a> {
    /// Address of the object; `None` for singletons. Empty tuples, which may have no address of their own, are told apart by value.
    fn address(self) -> Option<u64> {
        fn address_of<T: ?Sized>(object: &Rc<T>) -> u64 {
            Rc::as_ptr(object).cast::<u8>() as u64
        }
        Some(match self {
            Handle::Str(object) | Handle::Constant(Constant::Str(object)) => address_of(object),
            Handle::Bytes(object) | Handle::Constant(Constant::Bytes(object)) => address_of(object),
            Handle::Constant(constant) => match constant {
                Constant::Int(object) => address_of(object),
                Constant::Float(object) => address_of(object),
                Constant::Complex(object) => address_of(object),
                Constant::Tuple(object) | Constant::FrozenSet(object) => address_of(object),
                Constant::Code(object) => address_of(object),
                _ => return None,
            },
        })
    }

    fn children(self, mut visit: impl FnMut(Handle<'a>)) {
        match self {
            Handle::Constant(Constant::Tuple(items) | Constant::FrozenSet(items)) => {
                items.iter().for_each(|item| visit(Handle::Constant(item)));
            }
            Handle::Constant(Constant::Code(code)) => {
                visit(Handle::Constant(&code.consts));
                visit(Handle::Constant(&code.names));
                visit(Handle::Constant(&code.localsplusnames));
                visit(Handle::Str(&code.filename));
                visit(Handle::Str(&code.name));
                visit(Handle::Str(&code.qualname));
                visit(Handle::Bytes(&code.linetable));
                visit(Handle::Bytes(&code.exceptiontable));
            }
            _ => {}
        }
    }
}

/// The addresses of all objects that more than one object, or one object more than once, holds.
fn held_twice(top: &Constant) -> HashSet<u64> {
    let mut seen = HashSet::default();
    let mut held_twice = HashSet::default();
    let mut pending = vec![Handle::Constant(top)];
    while let Some(handle) = pending.pop() {
        let Some(address) = handle.address() else {
            continue;
        };
        if seen.insert(address) {
            handle.children(|child| pending.push(child));
        } else {
            held_twice.insert(address);
        }
    }
    held_twice
}

/// Objects that are one by their value.
#[derive(PartialEq, Eq, Hash)]
enum ByValue<'a> {
    Interned(&'a [u8]),
    Char(&'a [u8]),
    CodeName(&'a [u8]),
    SmallInt(i16),
    Byte(u8),
    EmptyBytes,
    EmptyTuple,
}

struct ConstSource<'a> {
    held_twice: HashSet<u64>,
    ids_by_value: HashMap<ByValue<'a>, u64>,
    fresh_ids: u64,
}

impl<'a> ConstSource<'a> {
    /// A key that no address can be: objects lie at even ones.
    fn fresh_key(&mut self) -> u64 {
        self.fresh_ids += 1;
        self.fresh_ids * 2 + 1
    }

    fn key_by_value(&mut self, value: ByValue<'a>) -> u64 {
        if let Some(&key) = self.ids_by_value.get(&value) {
            return key;
        }
        let key = self.fresh_key();
        self.ids_by_value.insert(value, key);
        key
    }

    fn is_held_twice(&self, handle: Handle<'a>) -> bool {
        handle
            .address()
            .is_some_and(|address| self.held_twice.contains(&address))
    }

    fn by_value(&self, handle: Handle<'a>, role: Role) -> Option<ByValue<'a>> {
        match handle {
            Handle::Str(object) | Handle::Constant(Constant::Str(object)) => {
                let text = object.as_bytes();
                if object.is_interned() {
                    Some(ByValue::Interned(text))
                } else if is_latin1_char_or_empty(text) && !object.is_unshared() {
                    Some(ByValue::Char(text))
                } else if matches!(role, Role::Name | Role::Qualname) && is_anonymous_name(text) {
                    Some(ByValue::CodeName(text))
                } else {
                    None
                }
            }
            Handle::Bytes(object) | Handle::Constant(Constant::Bytes(object)) => match ***object {
                [] => Some(ByValue::EmptyBytes),
                // One-byte constants are immortal; other bytes are one with them only when the compiler merged the two.
                [byte]
                    if matches!(role, Role::Item | Role::SetItem | Role::Top)
                        || role == Role::CodeField && self.is_held_twice(handle) =>
                {
                    Some(ByValue::Byte(byte))
                }
                _ => None,
            },
            Handle::Constant(Constant::Tuple(items)) if items.is_empty() => {
                Some(ByValue::EmptyTuple)
            }
            Handle::Constant(Constant::Int(value)) => i16::try_from(&**value)
                .ok()
                .filter(|value| (-5..=256).contains(value))
                .map(ByValue::SmallInt),
            _ => None,
        }
    }
}

impl<'a> Source for ConstSource<'a> {
    type Value = Handle<'a>;
    type Error = WriteError;

    fn view<'b>(&'b mut self, value: &'b Handle<'a>) -> Result<View<'b>, WriteError> {
        Ok(match *value {
            Handle::Str(object) | Handle::Constant(Constant::Str(object)) => View::Str {
                text: object.as_bytes(),
                is_interned: object.is_interned(),
            },
            Handle::Bytes(object) | Handle::Constant(Constant::Bytes(object)) => {
                View::Bytes(object)
            }
            Handle::Constant(constant) => match constant {
                Constant::None => View::None,
                Constant::Bool(value) => View::Bool(*value),
                Constant::Ellipsis => View::Ellipsis,
                Constant::StopIteration => View::StopIteration,
                Constant::Int(value) => View::BigInt(value),
                Constant::Float(value) => View::Float(**value),
                Constant::Complex(value) => View::Complex(value.0, value.1),
                Constant::Tuple(_) => View::Tuple,
                Constant::FrozenSet(_) => View::FrozenSet,
                Constant::Code(_) => View::Code,
                Constant::Str(_) | Constant::Bytes(_) => View::Unmarshallable,
            },
        })
    }

    fn share_key(&mut self, value: &Handle<'a>, role: Role) -> Option<u64> {
        if role == Role::Code {
            return Some(self.fresh_key());
        }
        if let Some(by_value) = self.by_value(*value, role) {
            return Some(self.key_by_value(by_value));
        }
        if role == Role::LocalsPlusKinds {
            return None;
        }
        let is_shared = matches!(role, Role::Top | Role::SetItem | Role::Filename)
            || self.is_held_twice(*value);
        if is_shared { value.address() } else { None }
    }

    fn items(&mut self, value: &Handle<'a>, out: &mut Vec<Handle<'a>>) -> Result<(), WriteError> {
        if let Handle::Constant(Constant::Tuple(items) | Constant::FrozenSet(items)) = value {
            out.extend(items.iter().map(Handle::Constant));
        }
        Ok(())
    }

    fn code(&mut self, value: &Handle<'a>) -> Result<CodeFields<Handle<'a>>, WriteError> {
        let Handle::Constant(Constant::Code(code)) = value else {
            return Err(WriteError::Unmarshallable);
        };
        Ok(CodeFields {
            argcount: code.argcount as i32,
            posonlyargcount: code.posonlyargcount as i32,
            kwonlyargcount: code.kwonlyargcount as i32,
            stacksize: code.stacksize as i32,
            flags: code.flags as i32,
            code: Handle::Bytes(&code.code),
            consts: Handle::Constant(&code.consts),
            names: Handle::Constant(&code.names),
            localsplusnames: Handle::Constant(&code.localsplusnames),
            localspluskinds: Handle::Bytes(&code.localspluskinds),
            filename: Handle::Str(&code.filename),
            name: Handle::Str(&code.name),
            qualname: Handle::Str(&code.qualname),
            firstlineno: code.firstlineno,
            linetable: Handle::Bytes(&code.linetable),
            exceptiontable: Handle::Bytes(&code.exceptiontable),
        })
    }

    fn set_key(&mut self, value: &Handle<'a>) -> Option<u64> {
        value.address()
    }
}

fn is_latin1_char_or_empty(text: &[u8]) -> bool {
    match text {
        [] => true,
        [_] => true,
        [lead, _] => matches!(lead, 0xc2 | 0xc3),
        _ => false,
    }
}

/// The names that the compiler gives to code without a name of its own.
fn is_anonymous_name(text: &[u8]) -> bool {
    matches!(
        text,
        b"<module>" | b"<lambda>" | b"<listcomp>" | b"<setcomp>" | b"<dictcomp>" | b"<genexpr>"
    )
}
