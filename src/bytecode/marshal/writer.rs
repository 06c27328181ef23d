//! The marshal encoder: values of a `Source` into bytes.
//!
//! Which objects get a reference index depends, in CPython, on reference counts at the moment of writing; so the encoder asks the source,
//! for each object and with the role the object plays, whether it may be shared and under which key. The first object with a key is
//! written and given the next index, the others refer to it.
//!
//! Sets are written in the order of their items' own dumps, each made as if it stood alone. Work waits on a heap-allocated stack, so that
//! depth costs no native stack; only sets inside of set items recurse, and those are limited separately, since without a limit (and in
//! CPython) they take time exponential in their depth. The order of a set is computed once per set.
//!
//! CPython 3.11: `w_object`, `w_ref` and `w_complex_object` in `Python/marshal.c`.

use super::error::WriteError;
use super::reader::CodeFields;
use super::{
    DEPTH_MAX, FLAG_REF, TYPE_ASCII, TYPE_ASCII_INTERNED, TYPE_BINARY_COMPLEX, TYPE_BINARY_FLOAT,
    TYPE_CODE, TYPE_COMPLEX, TYPE_DICT, TYPE_ELLIPSIS, TYPE_FALSE, TYPE_FLOAT, TYPE_FROZENSET,
    TYPE_INT, TYPE_INTERNED, TYPE_LIST, TYPE_LONG, TYPE_NONE, TYPE_NULL, TYPE_REF, TYPE_SET,
    TYPE_SHORT_ASCII, TYPE_SHORT_ASCII_INTERNED, TYPE_SMALL_TUPLE, TYPE_STOPITER, TYPE_STRING,
    TYPE_TRUE, TYPE_TUPLE, TYPE_UNICODE,
};
use base::dtoa::float_to_general;
use foldhash::HashMap;
use num_bigint::{BigInt, Sign};
use std::rc::Rc;

/// Sets nested in set items deeper than this are refused.
const SET_DEPTH_MAX: usize = 64;

/// The part that an object plays where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What `dumps` was called with.
    Top,
    /// An item of a container, or an item of a set that is dumped alone to find its place.
    Item,
    /// An item of a set, written in its place; CPython's writer itself holds it there, so it counts as shared.
    SetItem,
    /// `co_code`; a fresh object that the code object keeps, so it counts as shared.
    Code,
    /// `co_localspluskinds`
    LocalsPlusKinds,
    /// `co_filename`
    Filename,
    /// `co_name`
    Name,
    /// `co_qualname`
    Qualname,
    /// Another field of a code object.
    CodeField,
}

/// How a value looks from outside.
#[derive(Debug)]
pub enum View<'a> {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// `StopIteration`, the class
    StopIteration,
    /// An int of 64 bits.
    Int(i64),
    /// An int of any size.
    BigInt(&'a BigInt),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A bytes object, or something that offers its bytes through the buffer protocol.
    Bytes(&'a [u8]),
    /// A str in generalised UTF-8.
    Str {
        /// The text.
        text: &'a [u8],
        /// Whether it is interned.
        is_interned: bool,
    },
    /// A tuple.
    Tuple,
    /// A list.
    List,
    /// A dict.
    Dict,
    /// A set.
    Set,
    /// A frozenset.
    FrozenSet,
    /// A code object.
    Code,
    /// Anything else.
    Unmarshallable,
}

/// Shows values to the encoder.
pub trait Source {
    /// A value, or a handle of one. The encoder holds a clone of each value that it has still to write; a source that counts references had
    /// better use borrowed handles, and its caller keep the top value alive.
    type Value: Clone;
    /// What goes wrong: a `WriteError`, or an exception of the source's own.
    type Error: From<WriteError>;

    /// What `value` is. Called once for each time the value is written out.
    fn view<'a>(&'a mut self, value: &'a Self::Value) -> Result<View<'a>, Self::Error>;
    /// Whether `value` may have an index, and the key that all occurrences of this object have in common. Not asked for the
    /// singletons; only asked from version 3 on. An object asked for twice must be alive throughout, so that its key stays its own.
    fn share_key(&mut self, value: &Self::Value, role: Role) -> Option<u64>;
    /// Appends the items of a tuple, list, set or frozenset, or alternating keys and values of a dict.
    fn items(&mut self, value: &Self::Value, out: &mut Vec<Self::Value>)
    -> Result<(), Self::Error>;
    /// The fields of a code object.
    fn code(&mut self, value: &Self::Value) -> Result<CodeFields<Self::Value>, Self::Error>;
    /// A key under which the order of a set may be kept while `dumps` runs; `None` to compute it each time.
    fn set_key(&mut self, value: &Self::Value) -> Option<u64> {
        let _ = value;
        None
    }
}

/// Writes `value` in this version of the format.
pub fn write_object<S: Source>(
    source: &mut S,
    value: S::Value,
    version: i32,
) -> Result<Vec<u8>, S::Error> {
    write_behind(Vec::new(), source, value, version)
}

/// The same, appended to what is in `out` already.
pub fn write_behind<S: Source>(
    out: Vec<u8>,
    source: &mut S,
    value: S::Value,
    version: i32,
) -> Result<Vec<u8>, S::Error> {
    let mut orders = HashMap::default();
    let mut writer = Writer::new(source, version, &mut orders, 0);
    writer.out = out;
    writer.dump(value, Role::Top)
}

type SetOrders<V> = HashMap<u64, Rc<[V]>>;

/// What remains to be written.
enum Task<V> {
    Object { value: V, role: Role, depth: usize },
    Long(i32),
    Null,
}

struct Writer<'a, S: Source> {
    source: &'a mut S,
    version: i32,
    out: Vec<u8>,
    refs: HashMap<u64, u32>,
    tasks: Vec<Task<S::Value>>,
    items: Vec<S::Value>,
    set_orders: &'a mut SetOrders<S::Value>,
    set_depth: usize,
}

impl<'a, S: Source> Writer<'a, S> {
    fn new(
        source: &'a mut S,
        version: i32,
        set_orders: &'a mut SetOrders<S::Value>,
        set_depth: usize,
    ) -> Writer<'a, S> {
        Writer {
            source,
            version,
            out: Vec::new(),
            refs: HashMap::default(),
            tasks: Vec::new(),
            items: Vec::new(),
            set_orders,
            set_depth,
        }
    }

    fn dump(mut self, value: S::Value, role: Role) -> Result<Vec<u8>, S::Error> {
        self.tasks.push(Task::Object {
            value,
            role,
            depth: 1,
        });
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Object { depth, .. } if depth > DEPTH_MAX => {
                    return Err(WriteError::TooDeep.into());
                }
                Task::Object { value, role, depth } => self.write(value, role, depth)?,
                Task::Long(value) => self.out.extend_from_slice(&value.to_le_bytes()),
                Task::Null => self.out.push(TYPE_NULL),
            }
        }
        Ok(self.out)
    }

    fn write(&mut self, value: S::Value, role: Role, depth: usize) -> Result<(), S::Error> {
        let singleton = match self.source.view(&value)? {
            View::None => TYPE_NONE,
            View::StopIteration => TYPE_STOPITER,
            View::Ellipsis => TYPE_ELLIPSIS,
            View::Bool(false) => TYPE_FALSE,
            View::Bool(true) => TYPE_TRUE,
            _ => return self.write_shared(value, role, depth),
        };
        self.out.push(singleton);
        Ok(())
    }

    fn write_shared(&mut self, value: S::Value, role: Role, depth: usize) -> Result<(), S::Error> {
        let mut flag = 0;
        if self.version >= 3
            && let Some(key) = self.source.share_key(&value, role)
        {
            if let Some(index) = self.refs.get(&key) {
                self.out.push(TYPE_REF);
                self.out.extend_from_slice(&index.to_le_bytes());
                return Ok(());
            }
            let index = self.refs.len();
            if index >= 0x7fff_ffff {
                return Err(WriteError::TooManyObjects.into());
            }
            self.refs.insert(key, index as u32);
            flag = FLAG_REF;
        }
        let kind = match self.source.view(&value)? {
            View::Tuple => TYPE_TUPLE,
            View::List => TYPE_LIST,
            View::Dict => TYPE_DICT,
            View::Set => TYPE_SET,
            View::FrozenSet => TYPE_FROZENSET,
            View::Code => TYPE_CODE,
            view => return Ok(write_scalar(&mut self.out, view, flag, self.version)?),
        };
        match kind {
            TYPE_TUPLE | TYPE_LIST => self.push_sequence(&value, kind, flag, depth),
            TYPE_DICT => self.push_dict(&value, flag, depth),
            TYPE_CODE => self.push_code(&value, flag, depth),
            _ => self.push_set(&value, kind, flag, depth),
        }
    }

    fn push_sequence(
        &mut self,
        value: &S::Value,
        kind: u8,
        flag: u8,
        depth: usize,
    ) -> Result<(), S::Error> {
        self.source.items(value, &mut self.items)?;
        let len = self.items.len();
        if kind == TYPE_TUPLE && self.version >= 4 && len < 256 {
            self.out.push(TYPE_SMALL_TUPLE | flag);
            self.out.push(len as u8);
        } else {
            self.out.push(kind | flag);
            write_size(&mut self.out, len)?;
        }
        self.push_items(Role::Item, depth);
        Ok(())
    }

    fn push_dict(&mut self, value: &S::Value, flag: u8, depth: usize) -> Result<(), S::Error> {
        self.source.items(value, &mut self.items)?;
        self.out.push(TYPE_DICT | flag);
        self.tasks.push(Task::Null);
        self.push_items(Role::Item, depth);
        Ok(())
    }

    fn push_items(&mut self, role: Role, depth: usize) {
        let tasks = self.items.drain(..).rev().map(|value| Task::Object {
            value,
            role,
            depth: depth + 1,
        });
        self.tasks.extend(tasks);
    }

    fn push_set(
        &mut self,
        value: &S::Value,
        kind: u8,
        flag: u8,
        depth: usize,
    ) -> Result<(), S::Error> {
        let order = self.set_order(value)?;
        self.out.push(kind | flag);
        write_size(&mut self.out, order.len())?;
        self.items.extend(order.iter().cloned());
        self.push_items(Role::SetItem, depth);
        Ok(())
    }

    /// The items of a set, sorted by what `dumps` gives for each.
    fn set_order(&mut self, value: &S::Value) -> Result<Rc<[S::Value]>, S::Error> {
        let key = self.source.set_key(value);
        if let Some(order) = key.and_then(|key| self.set_orders.get(&key)) {
            return Ok(order.clone());
        }
        if self.set_depth >= SET_DEPTH_MAX {
            return Err(WriteError::TooDeep.into());
        }
        let mut items = Vec::new();
        self.source.items(value, &mut items)?;
        let mut dumps = Vec::with_capacity(items.len());
        // Nothing here may hold an item besides the one handle that the writer itself holds: the source may be counting.
        for item in items.drain(..) {
            let writer = Writer::new(
                &mut *self.source,
                self.version,
                &mut *self.set_orders,
                self.set_depth + 1,
            );
            dumps.push(writer.dump(item, Role::Item)?);
        }
        self.source.items(value, &mut items)?;
        let mut pairs: Vec<_> = dumps.into_iter().zip(items).collect();
        pairs.sort_by(|left, right| left.0.cmp(&right.0));
        let order: Rc<[S::Value]> = pairs.into_iter().map(|(_, item)| item).collect();
        if let Some(key) = key {
            self.set_orders.insert(key, order.clone());
        }
        Ok(order)
    }

    fn push_code(&mut self, value: &S::Value, flag: u8, depth: usize) -> Result<(), S::Error> {
        let fields = self.source.code(value)?;
        self.out.push(TYPE_CODE | flag);
        for count in [
            fields.argcount,
            fields.posonlyargcount,
            fields.kwonlyargcount,
            fields.stacksize,
            fields.flags,
        ] {
            self.out.extend_from_slice(&count.to_le_bytes());
        }
        let depth = depth + 1;
        let object = |value, role| Task::Object { value, role, depth };
        self.tasks.extend([
            object(fields.exceptiontable, Role::CodeField),
            object(fields.linetable, Role::CodeField),
            Task::Long(fields.firstlineno),
            object(fields.qualname, Role::Qualname),
            object(fields.name, Role::Name),
            object(fields.filename, Role::Filename),
            object(fields.localspluskinds, Role::LocalsPlusKinds),
            object(fields.localsplusnames, Role::CodeField),
            object(fields.names, Role::CodeField),
            object(fields.consts, Role::CodeField),
            object(fields.code, Role::Code),
        ]);
        Ok(())
    }
}

fn write_size(out: &mut Vec<u8>, size: usize) -> Result<(), WriteError> {
    let size = i32::try_from(size).map_err(|_| WriteError::Unmarshallable)?;
    out.extend_from_slice(&size.to_le_bytes());
    Ok(())
}

fn write_scalar(
    out: &mut Vec<u8>,
    view: View<'_>,
    flag: u8,
    version: i32,
) -> Result<(), WriteError> {
    match view {
        View::Int(value) => match i32::try_from(value) {
            Ok(value) => {
                out.push(TYPE_INT | flag);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Err(_) => write_long(out, &BigInt::from(value), flag)?,
        },
        View::BigInt(value) => match i32::try_from(value) {
            Ok(value) => {
                out.push(TYPE_INT | flag);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Err(_) => write_long(out, value, flag)?,
        },
        View::Float(value) if version > 1 => {
            out.push(TYPE_BINARY_FLOAT | flag);
            out.extend_from_slice(&value.to_le_bytes());
        }
        View::Float(value) => {
            out.push(TYPE_FLOAT | flag);
            write_float_text(out, value);
        }
        View::Complex(real, imag) if version > 1 => {
            out.push(TYPE_BINARY_COMPLEX | flag);
            out.extend_from_slice(&real.to_le_bytes());
            out.extend_from_slice(&imag.to_le_bytes());
        }
        View::Complex(real, imag) => {
            out.push(TYPE_COMPLEX | flag);
            write_float_text(out, real);
            write_float_text(out, imag);
        }
        View::Bytes(bytes) => {
            out.push(TYPE_STRING | flag);
            write_size(out, bytes.len())?;
            out.extend_from_slice(bytes);
        }
        View::Str { text, is_interned } => write_str(out, text, is_interned, flag, version)?,
        _ => return Err(WriteError::Unmarshallable),
    }
    Ok(())
}

fn write_str(
    out: &mut Vec<u8>,
    text: &[u8],
    is_interned: bool,
    flag: u8,
    version: i32,
) -> Result<(), WriteError> {
    if version >= 4 && text.is_ascii() {
        if text.len() < 256 {
            out.push(
                flag | if is_interned {
                    TYPE_SHORT_ASCII_INTERNED
                } else {
                    TYPE_SHORT_ASCII
                },
            );
            out.push(text.len() as u8);
        } else {
            out.push(
                flag | if is_interned {
                    TYPE_ASCII_INTERNED
                } else {
                    TYPE_ASCII
                },
            );
            write_size(out, text.len())?;
        }
    } else {
        out.push(
            flag | if version >= 3 && is_interned {
                TYPE_INTERNED
            } else {
                TYPE_UNICODE
            },
        );
        write_size(out, text.len())?;
    }
    out.extend_from_slice(text);
    Ok(())
}

/// An int in digits of 15 bits.
fn write_long(out: &mut Vec<u8>, value: &BigInt, flag: u8) -> Result<(), WriteError> {
    let count = value.bits().div_ceil(15);
    let count = i32::try_from(count).map_err(|_| WriteError::Unmarshallable)?;
    out.push(TYPE_LONG | flag);
    let signed = if value.sign() == Sign::Minus {
        -count
    } else {
        count
    };
    out.extend_from_slice(&signed.to_le_bytes());
    let (mut pending, mut pending_bits, mut left) = (0u64, 0, count);
    let mut digits = value.magnitude().iter_u32_digits();
    while left > 0 {
        if pending_bits < 15 {
            pending |= u64::from(digits.next().unwrap_or(0)) << pending_bits;
            pending_bits += 32;
        }
        out.extend_from_slice(&(pending as u16 & 0x7fff).to_le_bytes());
        pending >>= 15;
        pending_bits -= 15;
        left -= 1;
    }
    Ok(())
}

/// A float as `%.17g`, the text form of versions 0 and 1.
fn write_float_text(out: &mut Vec<u8>, value: f64) {
    let text = float_to_general(value, 17);
    out.push(text.len() as u8);
    out.extend_from_slice(text.as_bytes());
}
