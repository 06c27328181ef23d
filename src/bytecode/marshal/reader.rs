//! The marshal decoder: bytes into whatever values a `Sink` builds.
//!
//! The decoder owns the shape of the stream (nesting, counts, references, the depth limit) and calls the sink for each finished value. A
//! frame on a heap-allocated stack stands for each container under construction, and the items of tuples, frozensets and code objects
//! wait on one shared value stack, so that a tuple costs no allocation but its own. Lists, dicts and sets exist from their first byte on,
//! because a stream may refer to them from inside.
//!
//! DIFFERS: the items of a frozenset are hashed when all have been read, not one by one, so that of two errors in a stream another one may
//! be reported.
//!
//! CPython 3.11: `r_object` in `Python/marshal.c`. Error texts are those of 3.11.7.

use super::error::ReadError;
use super::{
    DEPTH_MAX, FLAG_REF, TYPE_ASCII, TYPE_ASCII_INTERNED, TYPE_BINARY_COMPLEX, TYPE_BINARY_FLOAT,
    TYPE_CODE, TYPE_COMPLEX, TYPE_DICT, TYPE_ELLIPSIS, TYPE_FALSE, TYPE_FLOAT, TYPE_FROZENSET,
    TYPE_INT, TYPE_INT64, TYPE_INTERNED, TYPE_LIST, TYPE_LONG, TYPE_NONE, TYPE_NULL, TYPE_REF,
    TYPE_SET, TYPE_SHORT_ASCII, TYPE_SHORT_ASCII_INTERNED, TYPE_SMALL_TUPLE, TYPE_STOPITER,
    TYPE_STRING, TYPE_TRUE, TYPE_TUPLE, TYPE_UNICODE,
};
use crate::code::{CodeFlags, LocalKind};
use num_bigint::{BigInt, BigUint, Sign};
use std::vec::Drain;

/// Where the bytes come from.
pub trait Input<E> {
    /// The next `count` bytes. The count is claimed by the stream: allocate no more than is there.
    fn take(&mut self, count: usize) -> Result<&[u8], E>;
    /// The next byte; `None` at the end.
    fn byte(&mut self) -> Result<Option<u8>, E>;
}

/// Bytes in memory.
#[derive(Debug)]
pub struct SliceInput<'a> {
    rest: &'a [u8],
}

impl<'a> SliceInput<'a> {
    /// Reads from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> SliceInput<'a> {
        SliceInput { rest: bytes }
    }

    /// The bytes not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<E: From<ReadError>> Input<E> for SliceInput<'_> {
    #[inline]
    fn take(&mut self, count: usize) -> Result<&[u8], E> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return Err(ReadError::TooShort.into());
        };
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn byte(&mut self) -> Result<Option<u8>, E> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        self.rest = rest;
        Ok(Some(byte))
    }
}

/// Everything a code object is made of, in the order of the stream. `I` is what the integers are.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names are those of the `co_*` attributes")]
pub struct CodeFields<V> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: V,
    pub consts: V,
    pub names: V,
    pub localsplusnames: V,
    pub localspluskinds: V,
    pub filename: V,
    pub name: V,
    pub qualname: V,
    pub firstlineno: i32,
    pub linetable: V,
    pub exceptiontable: V,
}

impl<V> CodeFields<V> {
    /// The checks that every code object passes when it is created, once the sink has found the types of all fields right
    /// (`_PyCode_Validate`).
    pub fn validate(
        &self,
        code: &[u8],
        localsplusnames_len: usize,
        localspluskinds: &[u8],
    ) -> Result<(), ReadError> {
        if self.argcount < self.posonlyargcount
            || self.posonlyargcount < 0
            || self.kwonlyargcount < 0
            || self.stacksize < 0
            || self.flags < 0
            || localsplusnames_len != localspluskinds.len()
        {
            return Err(ReadError::BadCodeFields);
        }
        if code.len() % 2 != 0 {
            return Err(ReadError::BadCode("co_code is malformed"));
        }
        let has = |flag| i64::from(self.flags as u32 & flag != 0);
        let arguments = i64::from(self.argcount)
            + i64::from(self.kwonlyargcount)
            + has(CodeFlags::VARARGS)
            + has(CodeFlags::VARKEYWORDS);
        let locals = localspluskinds
            .iter()
            .filter(|&&kind| kind & LocalKind::LOCAL != 0)
            .count();
        if (locals as i64) < arguments {
            return Err(ReadError::BadCode("co_varnames is too small"));
        }
        Ok(())
    }
}

/// Builds values. Containers that a stream can refer to from inside are created empty and filled.
pub trait Sink {
    /// A value; cloning it shares the object.
    type Value: Clone;
    /// What goes wrong: a `ReadError`, or an exception of the sink's own.
    type Error: From<ReadError>;

    /// `None`
    fn none(&mut self) -> Self::Value;
    /// `True` or `False`
    fn bool(&mut self, value: bool) -> Self::Value;
    /// `...`
    fn ellipsis(&mut self) -> Self::Value;
    /// `StopIteration`, the class
    fn stop_iteration(&mut self) -> Self::Value;
    /// An int of 64 bits.
    fn int(&mut self, value: i64) -> Result<Self::Value, Self::Error>;
    /// An int that needs more than 64 bits.
    fn big_int(&mut self, value: BigInt) -> Result<Self::Value, Self::Error>;
    /// A float.
    fn float(&mut self, value: f64) -> Result<Self::Value, Self::Error>;
    /// A complex number.
    fn complex(&mut self, real: f64, imag: f64) -> Result<Self::Value, Self::Error>;
    /// A str, as valid generalised UTF-8.
    fn str(
        &mut self,
        text: &[u8],
        is_interned: bool,
        is_ascii: bool,
    ) -> Result<Self::Value, Self::Error>;
    /// A bytes object.
    fn bytes(&mut self, bytes: &[u8]) -> Result<Self::Value, Self::Error>;
    /// A tuple of these items.
    fn tuple(&mut self, items: Drain<'_, Self::Value>) -> Result<Self::Value, Self::Error>;
    /// A frozenset of these items, which may have repetitions.
    fn frozenset(&mut self, items: Drain<'_, Self::Value>) -> Result<Self::Value, Self::Error>;
    /// A code object. The types of the fields are the sink's to check.
    fn code(&mut self, fields: CodeFields<Self::Value>) -> Result<Self::Value, Self::Error>;

    /// A list that will get `len` items; the length is claimed by the stream.
    fn list_new(&mut self, len: usize) -> Result<Self::Value, Self::Error>;
    /// Appends to a list from `list_new`.
    fn list_push(&mut self, list: &Self::Value, item: Self::Value) -> Result<(), Self::Error>;
    /// An empty dict.
    fn dict_new(&mut self) -> Result<Self::Value, Self::Error>;
    /// Sets an item of a dict from `dict_new`.
    fn dict_insert(
        &mut self,
        dict: &Self::Value,
        key: Self::Value,
        value: Self::Value,
    ) -> Result<(), Self::Error>;
    /// An empty set.
    fn set_new(&mut self) -> Result<Self::Value, Self::Error>;
    /// Adds to a set from `set_new`.
    fn set_add(&mut self, set: &Self::Value, item: Self::Value) -> Result<(), Self::Error>;

    /// A tuple that contains itself, asked for when the stream first refers to it from inside: an object to be filled by `tuple_fill`.
    /// `None` refuses, and the reference is an invalid one.
    fn tuple_reserve(&mut self, len: usize) -> Result<Option<Self::Value>, Self::Error> {
        let _ = len;
        Ok(None)
    }
    /// Fills a tuple from `tuple_reserve`.
    fn tuple_fill(
        &mut self,
        tuple: &Self::Value,
        items: Drain<'_, Self::Value>,
    ) -> Result<(), Self::Error> {
        let _ = (tuple, items);
        Err(ReadError::BadData("invalid reference").into())
    }
}

/// Reads one object.
pub fn read_object<S: Sink, I: Input<S::Error>>(
    input: &mut I,
    sink: &mut S,
) -> Result<S::Value, S::Error> {
    let mut reader = Reader {
        input,
        sink,
        // What an ordinary module needs, so that they grow at most once or twice.
        refs: Vec::with_capacity(128),
        frames: Vec::with_capacity(16),
        values: Vec::with_capacity(64),
    };
    reader.run()
}

/// Reads an object that has no items from the start of `bytes`; the value, and how many bytes it took. A flag in its type code counts for
/// nothing.
pub(super) fn read_scalar<S: Sink>(
    bytes: &[u8],
    sink: &mut S,
) -> Result<(S::Value, usize), S::Error> {
    let mut input = SliceInput::new(bytes);
    let found = Reader {
        input: &mut input,
        sink,
        refs: Vec::new(),
        frames: Vec::new(),
        values: Vec::new(),
    }
    .read_one()?;
    match found {
        Found::Value(value) => Ok((value, bytes.len() - input.rest().len())),
        Found::Null | Found::Container => Err(ReadError::BadData("unknown type code").into()),
    }
}

/// A container under construction.
enum Frame<V> {
    Tuple {
        remaining: usize,
        base: usize,
        slot: Option<usize>,
    },
    FrozenSet {
        remaining: usize,
        base: usize,
        slot: Option<usize>,
    },
    List {
        remaining: usize,
        list: V,
    },
    Set {
        remaining: usize,
        set: V,
    },
    Dict {
        dict: V,
        key: Option<V>,
    },
    Code {
        counts: [i32; 5],
        firstlineno: i32,
        base: usize,
        slot: Option<usize>,
    },
}

/// Fields of a code object before and behind `co_firstlineno`, which is a plain number.
const CODE_FIELDS_BEFORE_LINE: usize = 8;
const CODE_FIELDS: usize = 10;

/// What `read_one` found.
enum Found<V> {
    Value(V),
    Null,
    /// A container was started; its items follow.
    Container,
}

struct Reader<'a, S: Sink, I> {
    input: &'a mut I,
    sink: &'a mut S,
    /// `None` while an object that has an index is under construction and cannot be referred to.
    refs: Vec<Option<S::Value>>,
    frames: Vec<Frame<S::Value>>,
    values: Vec<S::Value>,
}

impl<S: Sink, I: Input<S::Error>> Reader<'_, S, I> {
    fn run(&mut self) -> Result<S::Value, S::Error> {
        loop {
            let mut value = match self.read_one()? {
                Found::Container => continue,
                Found::Value(value) => value,
                Found::Null => match self.deliver_null()? {
                    Some(value) => value,
                    None => continue,
                },
            };
            loop {
                if self.frames.is_empty() {
                    return Ok(value);
                }
                match self.deliver(value)? {
                    Some(finished) => value = finished,
                    None => break,
                }
            }
        }
    }

    /// Gives `value` to the innermost container; returns the container when that completes it.
    fn deliver(&mut self, value: S::Value) -> Result<Option<S::Value>, S::Error> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(Some(value));
        };
        match frame {
            Frame::Tuple { remaining, .. } | Frame::FrozenSet { remaining, .. } => {
                self.values.push(value);
                *remaining -= 1;
                if *remaining == 0 {
                    return self.finish().map(Some);
                }
            }
            Frame::List { remaining, list } => {
                self.sink.list_push(list, value)?;
                *remaining -= 1;
                if *remaining == 0 {
                    return self.finish().map(Some);
                }
            }
            Frame::Set { remaining, set } => {
                self.sink.set_add(set, value)?;
                *remaining -= 1;
                if *remaining == 0 {
                    return self.finish().map(Some);
                }
            }
            Frame::Dict { dict, key } => match key.take() {
                None => *key = Some(value),
                Some(key) => self.sink.dict_insert(dict, key, value)?,
            },
            Frame::Code {
                firstlineno, base, ..
            } => {
                self.values.push(value);
                let fields = self.values.len() - *base;
                if fields == CODE_FIELDS_BEFORE_LINE {
                    *firstlineno = read_i32(self.input)?;
                } else if fields == CODE_FIELDS {
                    return self.finish().map(Some);
                }
            }
        }
        Ok(None)
    }

    /// Gives a NULL to the innermost container: it ends a dict and is an error elsewhere.
    fn deliver_null(&mut self) -> Result<Option<S::Value>, S::Error> {
        let whole = match self.frames.last() {
            None => "object",
            Some(Frame::Dict { .. }) => return self.finish().map(Some),
            Some(Frame::Tuple { .. }) => "tuple",
            Some(Frame::List { .. }) => "list",
            Some(Frame::Set { .. } | Frame::FrozenSet { .. }) => "set",
            Some(Frame::Code { .. }) => "code object",
        };
        Err(ReadError::NullObject(whole).into())
    }

    /// Takes the innermost container off the stack and builds it.
    fn finish(&mut self) -> Result<S::Value, S::Error> {
        let (value, slot) = match self.frames.pop() {
            None => return Err(ReadError::NullObject("object").into()),
            Some(Frame::List { list, .. }) => return Ok(list),
            Some(Frame::Set { set, .. }) => return Ok(set),
            Some(Frame::Dict { dict, .. }) => return Ok(dict),
            Some(Frame::Tuple { base, slot, .. }) => {
                if let Some(reserved) = slot.and_then(|slot| self.refs[slot].clone()) {
                    self.sink.tuple_fill(&reserved, self.values.drain(base..))?;
                    return Ok(reserved);
                }
                (self.sink.tuple(self.values.drain(base..))?, slot)
            }
            Some(Frame::FrozenSet { base, slot, .. }) => {
                (self.sink.frozenset(self.values.drain(base..))?, slot)
            }
            Some(Frame::Code {
                counts,
                firstlineno,
                base,
                slot,
            }) => (self.finish_code(counts, firstlineno, base)?, slot),
        };
        if let Some(slot) = slot {
            self.refs[slot] = Some(value.clone());
        }
        Ok(value)
    }

    fn finish_code(
        &mut self,
        counts: [i32; 5],
        firstlineno: i32,
        base: usize,
    ) -> Result<S::Value, S::Error> {
        let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = counts;
        let mut fields = self.values.drain(base..);
        let mut next = || fields.next().ok_or(ReadError::NullObject("code object"));
        let fields = CodeFields {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code: next()?,
            consts: next()?,
            names: next()?,
            localsplusnames: next()?,
            localspluskinds: next()?,
            filename: next()?,
            name: next()?,
            qualname: next()?,
            firstlineno,
            linetable: next()?,
            exceptiontable: next()?,
        };
        self.sink.code(fields)
    }

    /// Reads one type code and what belongs to it, up to the first item of a container.
    fn read_one(&mut self) -> Result<Found<S::Value>, S::Error> {
        let Some(code) = self.input.byte()? else {
            return Err(ReadError::ObjectExpected.into());
        };
        if self.frames.len() >= DEPTH_MAX {
            return Err(ReadError::TooDeep.into());
        }
        let is_flagged = code & FLAG_REF != 0;
        let value = match code & !FLAG_REF {
            TYPE_SHORT_ASCII_INTERNED => {
                let len = self.read_count_byte()?;
                self.read_latin1(len, true)?
            }
            TYPE_REF => return self.read_reference().map(Found::Value),
            TYPE_SMALL_TUPLE => {
                let len = self.read_count_byte()?;
                return self.start_tuple(len, is_flagged);
            }
            TYPE_NONE => return Ok(Found::Value(self.sink.none())),
            TYPE_STRING => {
                let len = self.read_size("bytes object size out of range")?;
                let bytes = self.input.take(len)?;
                self.sink.bytes(bytes)?
            }
            TYPE_SHORT_ASCII => {
                let len = self.read_count_byte()?;
                self.read_latin1(len, false)?
            }
            TYPE_INT => {
                let value = read_i32(self.input)?;
                self.sink.int(i64::from(value))?
            }
            TYPE_CODE => {
                let slot = self.reserve(is_flagged)?;
                let mut counts = [0; 5];
                for count in &mut counts {
                    *count = read_i32(self.input)?;
                }
                self.frames.push(Frame::Code {
                    counts,
                    firstlineno: 0,
                    base: self.values.len(),
                    slot,
                });
                return Ok(Found::Container);
            }
            TYPE_TRUE => return Ok(Found::Value(self.sink.bool(true))),
            TYPE_FALSE => return Ok(Found::Value(self.sink.bool(false))),
            TYPE_ELLIPSIS => return Ok(Found::Value(self.sink.ellipsis())),
            TYPE_STOPITER => return Ok(Found::Value(self.sink.stop_iteration())),
            TYPE_NULL => return Ok(Found::Null),
            TYPE_TUPLE => {
                let len = self.read_size("tuple size out of range")?;
                return self.start_tuple(len, is_flagged);
            }
            TYPE_LIST | TYPE_DICT | TYPE_SET | TYPE_FROZENSET => {
                return self.start_collection(code & !FLAG_REF, is_flagged);
            }
            other => self.read_scalar(other)?,
        };
        self.remember(&value, is_flagged)?;
        Ok(Found::Value(value))
    }

    /// The kinds that are rare in code objects.
    fn read_scalar(&mut self, kind: u8) -> Result<S::Value, S::Error> {
        match kind {
            TYPE_BINARY_FLOAT => {
                let value = read_f64(self.input)?;
                self.sink.float(value)
            }
            TYPE_FLOAT => {
                let value = self.read_float_text()?;
                self.sink.float(value)
            }
            TYPE_BINARY_COMPLEX => {
                let real = read_f64(self.input)?;
                let imag = read_f64(self.input)?;
                self.sink.complex(real, imag)
            }
            TYPE_COMPLEX => {
                let real = self.read_float_text()?;
                let imag = self.read_float_text()?;
                self.sink.complex(real, imag)
            }
            TYPE_LONG => self.read_long(),
            TYPE_INT64 => {
                let bytes = self.input.take(8)?;
                let mut value = [0; 8];
                value.copy_from_slice(bytes);
                self.sink.int(i64::from_le_bytes(value))
            }
            TYPE_ASCII | TYPE_ASCII_INTERNED => {
                let len = self.read_size("string size out of range")?;
                self.read_latin1(len, kind == TYPE_ASCII_INTERNED)
            }
            TYPE_UNICODE | TYPE_INTERNED => {
                let len = self.read_size("string size out of range")?;
                let text = self.input.take(len)?;
                check_utf8(text)?;
                self.sink.str(text, kind == TYPE_INTERNED, text.is_ascii())
            }
            _ => Err(ReadError::BadData("unknown type code").into()),
        }
    }

    fn start_tuple(&mut self, len: usize, is_flagged: bool) -> Result<Found<S::Value>, S::Error> {
        let base = self.values.len();
        if len == 0 {
            let value = self.sink.tuple(self.values.drain(base..))?;
            self.remember(&value, is_flagged)?;
            return Ok(Found::Value(value));
        }
        let slot = self.reserve(is_flagged)?;
        self.frames.push(Frame::Tuple {
            remaining: len,
            base,
            slot,
        });
        Ok(Found::Container)
    }

    fn start_collection(
        &mut self,
        kind: u8,
        is_flagged: bool,
    ) -> Result<Found<S::Value>, S::Error> {
        let base = self.values.len();
        let value = match kind {
            TYPE_DICT => {
                let dict = self.sink.dict_new()?;
                self.remember(&dict, is_flagged)?;
                self.frames.push(Frame::Dict { dict, key: None });
                return Ok(Found::Container);
            }
            TYPE_LIST => {
                let remaining = self.read_size("list size out of range")?;
                let list = self.sink.list_new(remaining)?;
                self.remember(&list, is_flagged)?;
                if remaining > 0 {
                    self.frames.push(Frame::List { remaining, list });
                    return Ok(Found::Container);
                }
                list
            }
            TYPE_SET => {
                let remaining = self.read_size("set size out of range")?;
                let set = self.sink.set_new()?;
                self.remember(&set, is_flagged)?;
                if remaining > 0 {
                    self.frames.push(Frame::Set { remaining, set });
                    return Ok(Found::Container);
                }
                set
            }
            _ => {
                let remaining = self.read_size("set size out of range")?;
                if remaining > 0 {
                    let slot = self.reserve(is_flagged)?;
                    self.frames.push(Frame::FrozenSet {
                        remaining,
                        base,
                        slot,
                    });
                    return Ok(Found::Container);
                }
                let value = self.sink.frozenset(self.values.drain(base..))?;
                self.remember(&value, is_flagged)?;
                value
            }
        };
        Ok(Found::Value(value))
    }

    fn read_reference(&mut self) -> Result<S::Value, S::Error> {
        let index = read_i32(self.input)?;
        let slot = usize::try_from(index).ok();
        match slot.and_then(|slot| self.refs.get(slot)) {
            Some(Some(value)) => Ok(value.clone()),
            Some(None) => self.reserve_tuple(index as usize),
            None => Err(ReadError::BadData("invalid reference").into()),
        }
    }

    /// A reference to something under construction: only a tuple may contain itself.
    #[cold]
    fn reserve_tuple(&mut self, index: usize) -> Result<S::Value, S::Error> {
        let values_len = self.values.len();
        let mut end = values_len;
        for frame in self.frames.iter().rev() {
            let (Frame::Tuple { base, slot, .. }
            | Frame::FrozenSet { base, slot, .. }
            | Frame::Code { base, slot, .. }) = frame
            else {
                continue;
            };
            if let Frame::Tuple { remaining, .. } = frame
                && *slot == Some(index)
            {
                let len = end - base + remaining;
                if let Some(tuple) = self.sink.tuple_reserve(len)? {
                    self.refs[index] = Some(tuple.clone());
                    return Ok(tuple);
                }
            }
            end = *base;
        }
        Err(ReadError::BadData("invalid reference").into())
    }

    fn reserve(&mut self, is_flagged: bool) -> Result<Option<usize>, S::Error> {
        if !is_flagged {
            return Ok(None);
        }
        if self.refs.len() >= 0x7fff_fffe {
            return Err(ReadError::BadData("index list too large").into());
        }
        self.refs.push(None);
        Ok(Some(self.refs.len() - 1))
    }

    #[inline]
    fn remember(&mut self, value: &S::Value, is_flagged: bool) -> Result<(), S::Error> {
        if is_flagged {
            self.refs.push(Some(value.clone()));
        }
        Ok(())
    }

    #[inline]
    fn read_count_byte(&mut self) -> Result<usize, S::Error> {
        match self.input.byte()? {
            Some(byte) => Ok(usize::from(byte)),
            None => Err(ReadError::ByteExpected.into()),
        }
    }

    fn read_size(&mut self, complaint: &'static str) -> Result<usize, S::Error> {
        let size = read_i32(self.input)?;
        usize::try_from(size).map_err(|_| ReadError::BadData(complaint).into())
    }

    /// Text in Latin-1, which "ascii" strings of a stream may in fact be.
    #[inline]
    fn read_latin1(&mut self, len: usize, is_interned: bool) -> Result<S::Value, S::Error> {
        let text = self.input.take(len)?;
        if text.is_ascii() {
            return self.sink.str(text, is_interned, true);
        }
        let text: String = text.iter().map(|&byte| char::from(byte)).collect();
        self.sink.str(text.as_bytes(), is_interned, false)
    }

    fn read_float_text(&mut self) -> Result<f64, S::Error> {
        let len = self.read_count_byte()?;
        let text = self.input.take(len)?;
        let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
        let value = std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse().ok());
        value.ok_or_else(|| ReadError::BadFloat(text.into()).into())
    }

    /// An int in digits of 15 bits.
    fn read_long(&mut self) -> Result<S::Value, S::Error> {
        let count = read_i32(self.input)?;
        if count == i32::MIN {
            return Err(ReadError::BadData("long size out of range").into());
        }
        let mut digits: Vec<u32> = Vec::new();
        let (mut pending, mut pending_bits) = (0u64, 0);
        for left in (0..count.unsigned_abs()).rev() {
            let bytes = self.input.take(2)?;
            let digit = u16::from_le_bytes([bytes[0], bytes[1]]);
            if digit & 0x8000 != 0 {
                return Err(ReadError::BadData("digit out of range in long").into());
            }
            if digit == 0 && left == 0 {
                return Err(ReadError::BadData("unnormalized long data").into());
            }
            pending |= u64::from(digit) << pending_bits;
            pending_bits += 15;
            if pending_bits >= 32 {
                digits.push(pending as u32);
                pending >>= 32;
                pending_bits -= 32;
            }
        }
        if digits.is_empty() {
            let value = pending as i64;
            return self.sink.int(if count < 0 { -value } else { value });
        }
        digits.push(pending as u32);
        let sign = if count < 0 { Sign::Minus } else { Sign::Plus };
        let value = BigInt::from_biguint(sign, BigUint::new(digits));
        match i64::try_from(&value) {
            Ok(value) => self.sink.int(value),
            Err(_) => self.sink.big_int(value),
        }
    }
}

#[inline]
fn read_i32<E, I: Input<E>>(input: &mut I) -> Result<i32, E> {
    let bytes = input.take(4)?;
    Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

fn read_f64<E, I: Input<E>>(input: &mut I) -> Result<f64, E> {
    let bytes = input.take(8)?;
    let mut value = [0; 8];
    value.copy_from_slice(bytes);
    Ok(f64::from_le_bytes(value))
}

/// Checks generalised UTF-8: UTF-8 with surrogates allowed, three bytes each.
pub(super) fn check_utf8(text: &[u8]) -> Result<(), ReadError> {
    let mut start = 0;
    while let Err(error) = std::str::from_utf8(&text[start..]) {
        start += error.valid_up_to();
        if matches!(text[start..], [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..]) {
            start += 3;
            continue;
        }
        let (end, reason) = match error.error_len() {
            None => (text.len(), "unexpected end of data"),
            Some(len) => {
                let reason = match text[start] {
                    0xc2..=0xf4 => "invalid continuation byte",
                    _ => "invalid start byte",
                };
                (start + len, reason)
            }
        };
        return Err(ReadError::BadUtf8 {
            bytes: text.into(),
            start,
            end,
            reason,
        });
    }
    Ok(())
}
