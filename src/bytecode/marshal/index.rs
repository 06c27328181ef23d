//! Where the code objects of a stream are, so that each can be read when it is needed.
//!
//! Most functions of a module that is imported are never called. One walk over the stream notes the offset of every code object and of
//! everything with an index, without making anything; `pieces` then reads single code objects, in any order.
//!
//! The walk accepts only what the ordinary reader would accept, too: whatever is damaged, unusual, or refers to what cannot be read
//! alone gets no index, and the ordinary reader decides and finds the words. So reading a piece later cannot fail for what the stream says.

pub mod pieces;

use super::reader::{CodeFields, check_utf8};
use super::{
    FLAG_REF, TYPE_ASCII, TYPE_ASCII_INTERNED, TYPE_BINARY_COMPLEX, TYPE_BINARY_FLOAT, TYPE_CODE,
    TYPE_ELLIPSIS, TYPE_FALSE, TYPE_FROZENSET, TYPE_INT, TYPE_INT64, TYPE_INTERNED, TYPE_LONG,
    TYPE_NONE, TYPE_REF, TYPE_SHORT_ASCII, TYPE_SHORT_ASCII_INTERNED, TYPE_SMALL_TUPLE,
    TYPE_STOPITER, TYPE_STRING, TYPE_TRUE, TYPE_TUPLE, TYPE_UNICODE,
};
use crate::code::LocalKind;
use crate::verify::{ConstKind, Verifiable, Verifier};

/// Containers nested deeper, directly or by references, are left to the ordinary reader, which needs no native stack for them.
const NESTING_MAX: u8 = 64;

/// A place in a stream: the offset of an item, and how many items with an index stand before it.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    at: u32,
    index: u32,
}

/// A code object of a stream.
#[derive(Clone, Debug)]
pub struct CodeEntry {
    /// `co_argcount`, `co_posonlyargcount`, `co_kwonlyargcount`, `co_stacksize`, `co_flags`
    pub counts: [u32; 5],
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// Number of localsplus slots.
    pub nlocalsplus: u32,
    /// Number of locals.
    pub nlocals: u32,
    /// Number of cells.
    pub ncellvars: u32,
    /// Number of free variables.
    pub nfreevars: u32,
    /// The type code.
    start: u32,
    /// The first field.
    fields: Place,
    /// The first constant, when the constants are not those of another code object.
    first_constant: Option<Place>,
    name: Place,
    qualname: Place,
    /// Behind the last field.
    end: Place,
}

/// An item with an index: its offset, and whether anything refers to it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    at: u32,
    is_wanted: bool,
}

/// Where everything is.
#[derive(Debug)]
pub struct Index {
    slots: Vec<Slot>,
    /// In the order of the stream: the outer ones before those among their constants.
    codes: Vec<CodeEntry>,
}

impl Index {
    /// Walks over a stream that begins with a code object. `None` leaves it to the ordinary reader.
    pub fn of(bytes: &[u8]) -> Option<Index> {
        // Offsets have 31 bits.
        if bytes.len() > i32::MAX as usize || bytes.first()? & !FLAG_REF != TYPE_CODE {
            return None;
        }
        let mut walk = Walk {
            bytes,
            at: 0,
            slots: Vec::with_capacity(128),
            codes: Vec::with_capacity(16),
        };
        walk.item(0)?;
        let slots = walk.slots.iter().map(|known| Slot {
            at: known.at,
            is_wanted: known.is_wanted,
        });
        Some(Index {
            slots: slots.collect(),
            codes: walk.codes,
        })
    }

    /// How many items have an index.
    pub fn slots_len(&self) -> usize {
        self.slots.len()
    }

    /// A code object by its number; 0 is the outermost.
    pub fn code(&self, number: usize) -> Option<&CodeEntry> {
        self.codes.get(number)
    }

    fn code_at(&self, start: usize) -> Option<usize> {
        self.codes
            .binary_search_by_key(&start, |code| code.start as usize)
            .ok()
    }
}

/// What the walk has to know of an item.
#[derive(Clone, Copy)]
enum Kind {
    /// Not finished yet: nothing may refer to it.
    Open,
    Str,
    /// The offset of the first byte is in `Item`.
    Bytes,
    /// A tuple of strings.
    Names,
    /// Another tuple.
    Tuple,
    Code,
    Other,
}

#[derive(Clone, Copy)]
struct Item {
    kind: Kind,
    /// How many containers are nested in it, itself included, those it refers to as well.
    depth: u8,
    has_code: bool,
    /// Of bytes: where they are.
    start: u32,
    /// Of bytes and tuples.
    len: u32,
}

impl Item {
    fn plain(kind: Kind) -> Option<Item> {
        Some(Item {
            kind,
            depth: 0,
            has_code: false,
            start: 0,
            len: 0,
        })
    }
}

struct Known {
    at: u32,
    is_wanted: bool,
    item: Item,
}

struct Walk<'b> {
    bytes: &'b [u8],
    at: usize,
    slots: Vec<Known>,
    codes: Vec<CodeEntry>,
}

impl<'b> Walk<'b> {
    #[inline(always)]
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    #[inline(always)]
    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..)?.get(..len)?;
        self.at += len;
        Some(taken)
    }

    #[inline(always)]
    fn i32(&mut self) -> Option<i32> {
        let bytes = self.take(4)?.first_chunk()?;
        Some(i32::from_le_bytes(*bytes))
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.i32()?).ok()
    }

    fn place(&self) -> Place {
        Place {
            at: self.at as u32,
            index: self.slots.len() as u32,
        }
    }

    fn item(&mut self, nesting: u8) -> Option<Item> {
        let start = self.at;
        let code = self.byte()?;
        let kind = code & !FLAG_REF;
        match kind {
            TYPE_NONE | TYPE_TRUE | TYPE_FALSE | TYPE_ELLIPSIS | TYPE_STOPITER => {
                return Item::plain(Kind::Other);
            }
            TYPE_REF => return self.reference(),
            _ => {}
        }
        if code & FLAG_REF == 0 {
            return self.rest(start, kind, nesting);
        }
        let slot = self.slots.len();
        self.slots.push(Known {
            at: start as u32,
            is_wanted: false,
            item: Item::plain(Kind::Open)?,
        });
        let item = self.rest(start, kind, nesting)?;
        self.slots.get_mut(slot)?.item = item;
        Some(item)
    }

    fn reference(&mut self) -> Option<Item> {
        let index = self.size()?;
        let known = self.slots.get_mut(index)?;
        // What holds code objects would have to be made once for all.
        if matches!(known.item.kind, Kind::Open) || known.item.has_code {
            return None;
        }
        known.is_wanted = true;
        Some(known.item)
    }

    /// What stands behind a type code.
    fn rest(&mut self, start: usize, kind: u8, nesting: u8) -> Option<Item> {
        match kind {
            TYPE_SHORT_ASCII | TYPE_SHORT_ASCII_INTERNED => {
                let len = self.byte()?;
                self.take(usize::from(len))?;
                Item::plain(Kind::Str)
            }
            TYPE_STRING => {
                let len = self.size()?;
                let start = self.at as u32;
                self.take(len)?;
                Some(Item {
                    start,
                    len: len as u32,
                    ..Item::plain(Kind::Bytes)?
                })
            }
            TYPE_SMALL_TUPLE => {
                let len = self.byte()?;
                self.items(usize::from(len), nesting)
            }
            TYPE_CODE => self.code(start, nesting),
            TYPE_INT => {
                self.take(4)?;
                Item::plain(Kind::Other)
            }
            TYPE_ASCII | TYPE_ASCII_INTERNED => {
                let len = self.size()?;
                self.take(len)?;
                Item::plain(Kind::Str)
            }
            TYPE_UNICODE | TYPE_INTERNED => {
                let len = self.size()?;
                check_utf8(self.take(len)?).ok()?;
                Item::plain(Kind::Str)
            }
            TYPE_INT64 | TYPE_BINARY_FLOAT => {
                self.take(8)?;
                Item::plain(Kind::Other)
            }
            TYPE_BINARY_COMPLEX => {
                self.take(16)?;
                Item::plain(Kind::Other)
            }
            TYPE_LONG => self.long(),
            TYPE_TUPLE => {
                let len = self.size()?;
                self.items(len, nesting)
            }
            TYPE_FROZENSET => {
                let len = self.size()?;
                let items = self.items(len, nesting)?;
                let set = Item {
                    kind: Kind::Other,
                    ..items
                };
                (!items.has_code).then_some(set)
            }
            _ => None,
        }
    }

    fn long(&mut self) -> Option<Item> {
        let count = self.i32()?.checked_abs()?;
        let digits = self.take(usize::try_from(count).ok()?.checked_mul(2)?)?;
        let is_normal = digits.chunks_exact(2).all(|digit| digit[1] & 0x80 == 0)
            && digits
                .last_chunk()
                .is_none_or(|last: &[u8; 2]| *last != [0; 2]);
        is_normal.then_some(Item::plain(Kind::Other)?)
    }

    fn items(&mut self, len: usize, nesting: u8) -> Option<Item> {
        if nesting >= NESTING_MAX {
            return None;
        }
        let mut all = Item::plain(Kind::Names)?;
        all.len = u32::try_from(len).ok()?;
        for _ in 0..len {
            let item = self.item(nesting + 1)?;
            all.depth = all.depth.max(item.depth);
            all.has_code |= item.has_code;
            if !matches!(item.kind, Kind::Str) {
                all.kind = Kind::Tuple;
            }
        }
        all.depth += 1;
        (all.depth <= NESTING_MAX).then_some(all)
    }

    fn code(&mut self, start: usize, nesting: u8) -> Option<Item> {
        if nesting >= NESTING_MAX {
            return None;
        }
        let nesting = nesting + 1;
        let mut counts = [0; 5];
        for count in &mut counts {
            *count = u32::try_from(self.i32()?).ok()?;
        }
        let number = self.codes.len();
        let fields = self.place();
        self.codes.push(CodeEntry {
            counts,
            firstlineno: 0,
            nlocalsplus: 0,
            nlocals: 0,
            ncellvars: 0,
            nfreevars: 0,
            start: start as u32,
            fields,
            first_constant: None,
            name: fields,
            qualname: fields,
            end: fields,
        });
        let code = self.item(nesting)?;
        let first_constant = self.first_constant();
        let consts = self.item(nesting)?;
        let names = self.item(nesting)?;
        let locals = self.item(nesting)?;
        let kinds = self.item(nesting)?;
        let filename = self.item(nesting)?;
        let name = self.place();
        let name_item = self.item(nesting)?;
        let qualname = self.place();
        let qualname_item = self.item(nesting)?;
        let firstlineno = self.i32()?;
        let linetable = self.item(nesting)?;
        let exceptiontable = self.item(nesting)?;
        let is_well_typed = matches!(consts.kind, Kind::Tuple | Kind::Names)
            && matches!((names.kind, locals.kind), (Kind::Names, Kind::Names))
            && matches!(
                (filename.kind, name_item.kind, qualname_item.kind),
                (Kind::Str, Kind::Str, Kind::Str)
            )
            && matches!(
                (linetable.kind, exceptiontable.kind),
                (Kind::Bytes, Kind::Bytes)
            );
        if !is_well_typed {
            return None;
        }
        let kinds = self.slice(kinds)?;
        let code = self.slice(code)?;
        check(counts, code, locals.len as usize, kinds)?;
        let count = |flag: u8| kinds.iter().filter(|&&kind| kind & flag != 0).count() as u32;
        let end = self.place();
        let entry = self.codes.get_mut(number)?;
        entry.firstlineno = firstlineno;
        entry.nlocalsplus = kinds.len() as u32;
        entry.nlocals = count(LocalKind::LOCAL);
        entry.ncellvars = count(LocalKind::CELL);
        entry.nfreevars = count(LocalKind::FREE);
        entry.first_constant = first_constant;
        entry.name = name;
        entry.qualname = qualname;
        entry.end = end;
        Some(Item {
            has_code: true,
            ..Item::plain(Kind::Code)?
        })
    }

    /// Where the first item of the tuple is that comes next.
    fn first_constant(&self) -> Option<Place> {
        let code = *self.bytes.get(self.at)?;
        let (head, is_empty) = match code & !FLAG_REF {
            TYPE_SMALL_TUPLE => (2, *self.bytes.get(self.at + 1)? == 0),
            TYPE_TUPLE => (5, self.bytes.get(self.at + 1..self.at + 5)? == [0; 4]),
            _ => return None,
        };
        let place = Place {
            at: (self.at + head) as u32,
            index: self.slots.len() as u32 + u32::from(code & FLAG_REF != 0),
        };
        (!is_empty).then_some(place)
    }

    fn slice(&self, item: Item) -> Option<&'b [u8]> {
        match item.kind {
            Kind::Bytes => self
                .bytes
                .get(item.start as usize..)?
                .get(..item.len as usize),
            _ => None,
        }
    }
}

/// What a frame is made by, as the verifier asks for it.
struct FrameParts<'b> {
    counts: [u32; 5],
    code: &'b [u8],
    kinds: &'b [u8],
}

/// The checks that come with making a code object.
fn check(counts: [u32; 5], code: &[u8], locals_len: usize, kinds: &[u8]) -> Option<()> {
    let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] =
        counts.map(|count| count as i32);
    let fields = CodeFields {
        argcount,
        posonlyargcount,
        kwonlyargcount,
        stacksize,
        flags,
        code: (),
        consts: (),
        names: (),
        localsplusnames: (),
        localspluskinds: (),
        filename: (),
        name: (),
        qualname: (),
        firstlineno: 0,
        linetable: (),
        exceptiontable: (),
    };
    fields.validate(code, locals_len, kinds).ok()?;
    let parts = FrameParts {
        counts,
        code,
        kinds,
    };
    Verifier::verify_frame(&parts).ok()
}

impl Verifiable for FrameParts<'_> {
    fn code(&self) -> &[u8] {
        self.code
    }
    fn exceptiontable(&self) -> &[u8] {
        &[]
    }
    fn stacksize(&self) -> u32 {
        self.counts[3]
    }
    fn flags(&self) -> u32 {
        self.counts[4]
    }
    fn argcounts(&self) -> [u32; 3] {
        [self.counts[0], self.counts[1], self.counts[2]]
    }
    fn consts_len(&self) -> usize {
        0
    }
    fn names_len(&self) -> usize {
        0
    }
    fn localspluskinds(&self) -> &[u8] {
        self.kinds
    }
    fn const_kind(&self, _index: usize) -> ConstKind {
        ConstKind::Other
    }
}
