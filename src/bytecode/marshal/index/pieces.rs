//! Reading single code objects of a stream that has an index.
//!
//! A code object among the constants of the one that is read becomes a value that knows its number (`PieceSink::code_piece`). What the
//! stream refers to elsewhere is read there, once: `Pieces` keeps what is referred to.

use super::{Index, Indexed, Place, SHORT, SHORT_INDEXED, SHORT_INTERNED, SHORT_INTERNED_INDEXED};
use crate::marshal::error::ReadError;
use crate::marshal::reader::{Sink, read_scalar};
use crate::marshal::{
    FLAG_REF, TYPE_ASCII, TYPE_ASCII_INTERNED, TYPE_BINARY_COMPLEX, TYPE_BINARY_FLOAT, TYPE_CODE,
    TYPE_ELLIPSIS, TYPE_FALSE, TYPE_FROZENSET, TYPE_INT, TYPE_INT64, TYPE_INTERNED, TYPE_LONG,
    TYPE_NONE, TYPE_REF, TYPE_SHORT_ASCII, TYPE_SHORT_ASCII_INTERNED, TYPE_SMALL_TUPLE,
    TYPE_STOPITER, TYPE_STRING, TYPE_TRUE, TYPE_TUPLE, TYPE_UNICODE,
};

/// Builds values, and code objects whose fields are read later.
pub trait PieceSink: Sink {
    /// A code object with this number, of which only the names are read.
    fn code_piece(
        &mut self,
        number: usize,
        name: Self::Value,
        qualname: Self::Value,
    ) -> Result<Self::Value, Self::Error>;
}

/// The fields of a code object that are objects, without its names.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names are those of the `co_*` attributes")]
pub struct PieceFields<V> {
    pub code: V,
    pub consts: V,
    pub names: V,
    pub localsplusnames: V,
    pub localspluskinds: V,
    pub filename: V,
    pub linetable: V,
    pub exceptiontable: V,
}

/// Reads pieces of one stream.
pub struct Pieces<'a, S: Sink> {
    bytes: &'a [u8],
    index: &'a Index,
    /// What has an index and is referred to, once it was read.
    known: &'a mut Vec<Option<S::Value>>,
    sink: &'a mut S,
    values: Vec<S::Value>,
    at: usize,
    /// The index that the next item with one has.
    next: usize,
    /// The number of the next code object.
    child: usize,
}

/// Whether a short text is ASCII.
#[inline(always)]
fn is_ascii(text: &[u8]) -> bool {
    let any = if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let (chunks, _) = text.as_chunks::<8>();
        let ends = u64::from_le_bytes(*first) | u64::from_le_bytes(*last);
        chunks
            .iter()
            .skip(1)
            .fold(ends, |any, chunk| any | u64::from_le_bytes(*chunk))
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        u64::from(u32::from_le_bytes(*first) | u32::from_le_bytes(*last))
    } else {
        u64::from(text.iter().fold(0, |any, byte| any | byte))
    };
    any & 0x8080_8080_8080_8080 == 0
}

/// The stream is not the one that the index is of.
fn changed<E: From<ReadError>>() -> E {
    ReadError::BadData("changed while it was read").into()
}

impl<'a, S: PieceSink> Pieces<'a, S> {
    /// A reader of pieces; `known` is kept from one to the next, and has `Index::indexed_len` places.
    pub fn new(
        bytes: &'a [u8],
        index: &'a Index,
        known: &'a mut Vec<Option<S::Value>>,
        sink: &'a mut S,
    ) -> Pieces<'a, S> {
        Pieces {
            bytes,
            index,
            known,
            sink,
            values: Vec::new(),
            at: 0,
            next: 0,
            child: 0,
        }
    }

    /// A code object by its number, of which only the names are read.
    pub fn code(&mut self, number: usize) -> Result<S::Value, S::Error> {
        let entry = self.index.code(number).ok_or_else(changed)?;
        let name = self.item_at(entry.name)?;
        let qualname = self.item_at(entry.qualname)?;
        self.sink.code_piece(number, name, qualname)
    }

    /// The first constant of a code object; `None` when it cannot be read alone.
    pub fn first_constant(&mut self, number: usize) -> Result<Option<S::Value>, S::Error> {
        let entry = self.index.code(number).ok_or_else(changed)?;
        match entry.first_constant {
            Some(place) => {
                self.child = number + 1;
                self.item_at(place).map(Some)
            }
            None => Ok(None),
        }
    }

    /// The fields of a code object.
    pub fn fields(&mut self, number: usize) -> Result<PieceFields<S::Value>, S::Error> {
        let entry = self.index.code(number).ok_or_else(changed)?;
        self.go(entry.fields);
        self.child = number + 1;
        self.values.reserve(32);
        let fields = PieceFields {
            code: self.item()?,
            consts: self.item()?,
            names: self.item()?,
            localsplusnames: self.item()?,
            localspluskinds: self.item()?,
            filename: self.item()?,
            linetable: {
                self.skip()?;
                self.skip()?;
                self.take(4)?;
                self.item()?
            },
            exceptiontable: self.item()?,
        };
        Ok(fields)
    }

    fn go(&mut self, place: Place) {
        self.at = place.at as usize;
        self.next = place.index as usize;
    }

    fn item_at(&mut self, place: Place) -> Result<S::Value, S::Error> {
        let here = (self.at, self.next);
        self.go(place);
        let value = self.item();
        (self.at, self.next) = here;
        value
    }

    #[inline(always)]
    fn take(&mut self, len: usize) -> Result<&'a [u8], S::Error> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.get(..len));
        self.at += len;
        taken.ok_or_else(changed)
    }

    #[inline(always)]
    fn byte(&mut self) -> Result<u8, S::Error> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte.ok_or_else(changed)
    }

    fn size(&mut self) -> Result<usize, S::Error> {
        match self.take(4)?.first_chunk() {
            Some(bytes) => usize::try_from(i32::from_le_bytes(*bytes)).map_err(|_| changed()),
            None => Err(changed()),
        }
    }

    /// The frequent ones here, the others by `other`.
    #[inline(always)]
    fn item(&mut self) -> Result<S::Value, S::Error> {
        match self.bytes.get(self.at) {
            Some(&TYPE_REF) => self.reference(),
            Some(&SHORT) => self.short(false),
            Some(&SHORT_INTERNED) => self.short(true),
            Some(&SHORT_INDEXED) => self.short_indexed(false),
            Some(&SHORT_INTERNED_INDEXED) => self.short_indexed(true),
            _ => self.other(),
        }
    }

    /// A reference whose type code has not been read.
    #[inline(always)]
    fn reference(&mut self) -> Result<S::Value, S::Error> {
        let rest = self.bytes.get(self.at + 1..);
        let Some(index) = rest.and_then(|rest| rest.first_chunk()) else {
            return Err(changed());
        };
        let slot = u32::from_le_bytes(*index) as usize;
        self.at += 5;
        match self.known.get(slot) {
            Some(Some(known)) => Ok(known.clone()),
            _ => self.referred(slot),
        }
    }

    #[inline(never)]
    fn referred(&mut self, slot: usize) -> Result<S::Value, S::Error> {
        let indexed = *self.index.indexed.get(slot).ok_or_else(changed)?;
        self.item_at(Place {
            at: indexed.at(),
            index: slot as u32,
        })
    }

    /// A short string whose type code has not been read.
    #[inline(always)]
    fn short(&mut self, is_interned: bool) -> Result<S::Value, S::Error> {
        let start = self.at;
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        let Some((&len, rest)) = rest.split_first() else {
            return Err(changed());
        };
        let Some(text) = rest.get(..usize::from(len)) else {
            return Err(changed());
        };
        if !is_ascii(text) {
            return self.scalar(start);
        }
        self.at = start + 2 + text.len();
        self.sink.str(text, is_interned, true)
    }

    /// One that has an index.
    #[inline(always)]
    fn short_indexed(&mut self, is_interned: bool) -> Result<S::Value, S::Error> {
        let slot = self.next;
        self.next += 1;
        if !self.is_wanted(slot) {
            return self.short(is_interned);
        }
        if let Some(Some(known)) = self.known.get(slot) {
            let known = known.clone();
            let len = self.bytes.get(self.at + 1).copied().unwrap_or(0);
            self.at += 2 + usize::from(len);
            return Ok(known);
        }
        let value = self.short(is_interned)?;
        self.keep(slot, &value);
        Ok(value)
    }

    #[inline(always)]
    fn is_wanted(&self, slot: usize) -> bool {
        let indexed = self.index.indexed.get(slot);
        indexed.is_some_and(|indexed: &Indexed| indexed.is_wanted())
    }

    #[inline(always)]
    fn keep(&mut self, slot: usize, value: &S::Value) {
        if let Some(place @ None) = self.known.get_mut(slot) {
            *place = Some(value.clone());
        }
    }

    #[inline(never)]
    fn other(&mut self) -> Result<S::Value, S::Error> {
        let start = self.at;
        let code = self.byte()?;
        let kind = code & !FLAG_REF;
        match kind {
            TYPE_REF => {
                self.at = start;
                return self.reference();
            }
            TYPE_NONE => return Ok(self.sink.none()),
            TYPE_TRUE => return Ok(self.sink.bool(true)),
            TYPE_FALSE => return Ok(self.sink.bool(false)),
            TYPE_ELLIPSIS => return Ok(self.sink.ellipsis()),
            TYPE_STOPITER => return Ok(self.sink.stop_iteration()),
            _ => {}
        }
        if code & FLAG_REF == 0 {
            return self.rest(start, kind);
        }
        let slot = self.next;
        self.next += 1;
        if !self.is_wanted(slot) {
            return self.rest(start, kind);
        }
        if let Some(Some(known)) = self.known.get(slot) {
            let known = known.clone();
            self.skip_rest(kind)?;
            return Ok(known);
        }
        let value = self.rest(start, kind)?;
        self.keep(slot, &value);
        Ok(value)
    }

    /// What stands behind a type code that is at `start`.
    #[inline(always)]
    fn rest(&mut self, start: usize, kind: u8) -> Result<S::Value, S::Error> {
        match kind {
            TYPE_STRING => {
                let len = self.size()?;
                let bytes = self.take(len)?;
                self.sink.bytes(bytes)
            }
            TYPE_SMALL_TUPLE | TYPE_TUPLE | TYPE_FROZENSET => {
                let len = self.count(kind)?;
                let base = self.values.len();
                for _ in 0..len {
                    let item = self.item()?;
                    self.values.push(item);
                }
                let items = self.values.drain(base..);
                match kind {
                    TYPE_FROZENSET => self.sink.frozenset(items),
                    _ => self.sink.tuple(items),
                }
            }
            TYPE_INT => match self.take(4)?.first_chunk() {
                Some(bytes) => self.sink.int(i64::from(i32::from_le_bytes(*bytes))),
                None => Err(changed()),
            },
            TYPE_ASCII | TYPE_UNICODE => {
                let len = self.size()?;
                let text = self.take(len)?;
                if kind == TYPE_ASCII && !text.is_ascii() {
                    return self.scalar(start);
                }
                // The walk has found that it is UTF-8.
                self.sink.str(text, false, kind == TYPE_ASCII)
            }
            TYPE_CODE => {
                let number = self.child;
                let value = self.code(number)?;
                self.skip_code(number)?;
                Ok(value)
            }
            _ => self.scalar(start),
        }
    }

    /// Whatever has no items, by the ordinary reader.
    #[inline(never)]
    fn scalar(&mut self, start: usize) -> Result<S::Value, S::Error> {
        let bytes = self.bytes.get(start..).ok_or_else(changed)?;
        let (value, read) = read_scalar(bytes, self.sink)?;
        self.at = start + read;
        Ok(value)
    }

    /// The number of items of a container.
    fn count(&mut self, kind: u8) -> Result<usize, S::Error> {
        match kind {
            TYPE_SMALL_TUPLE => self.byte().map(usize::from),
            _ => self.size(),
        }
    }

    fn skip(&mut self) -> Result<(), S::Error> {
        let code = self.byte()?;
        let kind = code & !FLAG_REF;
        let is_single = matches!(
            kind,
            TYPE_NONE | TYPE_TRUE | TYPE_FALSE | TYPE_ELLIPSIS | TYPE_STOPITER
        );
        if is_single {
            return Ok(());
        }
        if kind != TYPE_REF && code & FLAG_REF != 0 {
            self.next += 1;
        }
        self.skip_rest(kind)
    }

    fn skip_rest(&mut self, kind: u8) -> Result<(), S::Error> {
        let len = match kind {
            TYPE_SHORT_ASCII | TYPE_SHORT_ASCII_INTERNED => usize::from(self.byte()?),
            TYPE_STRING | TYPE_ASCII | TYPE_ASCII_INTERNED | TYPE_UNICODE | TYPE_INTERNED => {
                self.size()?
            }
            TYPE_INT | TYPE_REF => 4,
            TYPE_INT64 | TYPE_BINARY_FLOAT => 8,
            TYPE_BINARY_COMPLEX => 16,
            TYPE_LONG => {
                let count = self.take(4)?.first_chunk().ok_or_else(changed)?;
                i32::from_le_bytes(*count).unsigned_abs() as usize * 2
            }
            TYPE_SMALL_TUPLE | TYPE_TUPLE | TYPE_FROZENSET => {
                for _ in 0..self.count(kind)? {
                    self.skip()?;
                }
                return Ok(());
            }
            TYPE_CODE => return self.skip_code(self.child),
            _ => return Err(changed()),
        };
        self.take(len).map(drop)
    }

    /// Goes behind a code object.
    fn skip_code(&mut self, number: usize) -> Result<(), S::Error> {
        let entry = self.index.code(number).ok_or_else(changed)?;
        self.go(entry.end);
        self.child = entry.next as usize;
        Ok(())
    }
}
