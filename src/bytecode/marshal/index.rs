//! Where the code objects of a stream are, so that each can be read when it is needed.
//!
//! Most functions of a module that is imported are never called. One walk over the stream notes the offset of every code object and of
//! everything with an index, without making anything; `pieces` then reads single code objects, in any order.
//!
//! The walk accepts only what the ordinary reader would accept, too: whatever is damaged, unusual, or refers to what cannot be read
//! alone gets no index, and the ordinary reader decides and finds the words. So reading a piece later cannot fail for what the stream says.
//!
//! Nearly half of all items refer to another one, and most others are short strings in tuples: the loop over the items of a tuple
//! (`Walk::items`) does these itself.

mod item;
pub mod pieces;
mod stored;

use super::reader::check_utf8;
use super::{
    FLAG_REF, TYPE_ASCII, TYPE_ASCII_INTERNED, TYPE_BINARY_COMPLEX, TYPE_BINARY_FLOAT, TYPE_CODE,
    TYPE_ELLIPSIS, TYPE_FALSE, TYPE_FROZENSET, TYPE_INT, TYPE_INT64, TYPE_INTERNED, TYPE_LONG,
    TYPE_NONE, TYPE_REF, TYPE_SHORT_ASCII, TYPE_SHORT_ASCII_INTERNED, TYPE_SMALL_TUPLE,
    TYPE_STOPITER, TYPE_STRING, TYPE_TRUE, TYPE_TUPLE, TYPE_UNICODE,
};
use crate::verify::Frame;
use item::{Gathered, Item};

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
    /// Whether the stream interns all names of the code object, and those of its variables.
    pub has_interned_names: bool,
    /// The first field.
    fields: Place,
    /// The first constant, when the constants are not those of another code object.
    first_constant: Option<Place>,
    name: Place,
    qualname: Place,
    /// Behind the last field.
    end: Place,
    /// The number of the next code object that is not inside this one.
    next: u32,
}

/// An item with an index: its offset, and whether something refers to it.
#[derive(Clone, Copy, Debug, Default)]
struct Indexed(u32);

const WANTED: u32 = 1 << 31;

impl Indexed {
    fn new(at: u32, is_wanted: bool) -> Indexed {
        Indexed(at & !WANTED | if is_wanted { WANTED } else { 0 })
    }

    #[inline(always)]
    fn is_wanted(self) -> bool {
        self.0 & WANTED != 0
    }

    #[inline(always)]
    fn at(self) -> u32 {
        self.0 & !WANTED
    }
}

/// Where everything is.
#[derive(Debug)]
pub struct Index {
    /// What has an index.
    indexed: Box<[Indexed]>,
    /// In the order of the stream: the outer ones before those among their constants.
    codes: Vec<CodeEntry>,
}

impl Index {
    /// Walks over a stream that begins with a code object. `None` leaves it to the ordinary reader.
    pub fn of(bytes: &[u8]) -> Option<Index> {
        Index::of_with(bytes, &mut Vec::new())
    }

    /// As `of`, with memory that is kept from one stream to the next.
    pub fn of_with(bytes: &[u8], slots: &mut Vec<Slot>) -> Option<Index> {
        // Offsets have 31 bits.
        if bytes.len() > i32::MAX as usize || bytes.first()? & !FLAG_REF != TYPE_CODE {
            return None;
        }
        slots.clear();
        let mut walk = Walk {
            bytes,
            at: 0,
            slots,
            codes: Vec::with_capacity(16),
        };
        walk.item(0)?;
        let codes = walk.codes;
        let indexed = |slot: &Slot| Indexed::new(slot.at, slot.is_wanted);
        Some(Index {
            indexed: slots.iter().map(indexed).collect(),
            codes,
        })
    }

    /// How many items have an index.
    pub fn indexed_len(&self) -> usize {
        self.indexed.len()
    }

    /// A code object by its number; 0 is the outermost.
    pub fn code(&self, number: usize) -> Option<&CodeEntry> {
        self.codes.get(number)
    }
}

/// What the walk knows of an item with an index.
#[derive(Clone, Copy)]
pub struct Slot {
    at: u32,
    item: Item,
    is_wanted: bool,
}

/// What is walked over.
struct Walk<'b, 's> {
    bytes: &'b [u8],
    at: usize,
    slots: &'s mut Vec<Slot>,
    codes: Vec<CodeEntry>,
}

const SHORT: u8 = TYPE_SHORT_ASCII;
const SHORT_INTERNED: u8 = TYPE_SHORT_ASCII_INTERNED;
const STRING_INDEXED: u8 = TYPE_STRING | FLAG_REF;
const SHORT_INDEXED: u8 = SHORT | FLAG_REF;
const SHORT_INTERNED_INDEXED: u8 = SHORT_INTERNED | FLAG_REF;

impl<'b> Walk<'b, '_> {
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

    #[inline(always)]
    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.i32()?).ok()
    }

    fn place(&self) -> Place {
        Place {
            at: self.at as u32,
            index: self.slots.len() as u32,
        }
    }

    #[inline(always)]
    fn index(&mut self, at: usize, item: Item) {
        self.slots.push(Slot {
            at: at as u32,
            item,
            is_wanted: false,
        });
    }

    #[inline(always)]
    fn item(&mut self, nesting: u8) -> Option<Item> {
        let mut at = self.at;
        let item = self.item_at(&mut at, nesting)?;
        self.at = at;
        Some(item)
    }

    /// The item at `at`, which it goes behind: the frequent ones here, the others by `other`.
    #[inline(always)]
    fn item_at(&mut self, at: &mut usize, nesting: u8) -> Option<Item> {
        let start = *at;
        let (item, is_indexed) = match *self.bytes.get(start)? {
            TYPE_REF => {
                *at += 5;
                return self.reference(start);
            }
            SHORT => (Item::STR, false),
            SHORT_INTERNED => (Item::INTERNED, false),
            SHORT_INDEXED => (Item::STR, true),
            SHORT_INTERNED_INDEXED => (Item::INTERNED, true),
            _ => {
                self.at = start;
                let item = self.other(nesting);
                *at = self.at;
                return item;
            }
        };
        let len = *self.bytes.get(start + 1)?;
        *at = start + 2 + usize::from(len);
        if is_indexed {
            self.index(start, item);
        }
        (*at <= self.bytes.len()).then_some(item)
    }

    /// The reference at an offset.
    #[inline(always)]
    fn reference(&mut self, at: usize) -> Option<Item> {
        let [_, index @ ..] = *self.bytes.get(at..)?.first_chunk::<5>()?;
        let slot = self.slots.get_mut(u32::from_le_bytes(index) as usize)?;
        // What holds code objects would have to be made once for all.
        if !slot.item.may_be_shared() {
            return None;
        }
        slot.is_wanted = true;
        Some(slot.item)
    }

    #[inline(never)]
    fn other(&mut self, nesting: u8) -> Option<Item> {
        let start = self.at;
        let code = self.byte()?;
        let kind = code & !FLAG_REF;
        match kind {
            TYPE_NONE | TYPE_TRUE | TYPE_FALSE | TYPE_ELLIPSIS | TYPE_STOPITER => {
                return Some(Item::OTHER);
            }
            TYPE_REF => {
                self.at = start + 5;
                return self.reference(start);
            }
            _ => {}
        }
        if code & FLAG_REF == 0 {
            return self.rest(kind, nesting);
        }
        let slot = self.slots.len();
        self.index(start, Item::OPEN);
        let item = self.rest(kind, nesting)?;
        self.slots.get_mut(slot)?.item = item;
        Some(item)
    }

    /// What stands behind a type code.
    #[inline(always)]
    fn rest(&mut self, kind: u8, nesting: u8) -> Option<Item> {
        match kind {
            TYPE_STRING => {
                let len = self.size()?;
                self.take(len)?;
                Some(Item::BYTES)
            }
            TYPE_SMALL_TUPLE => {
                let len = self.byte()?;
                self.tuple(usize::from(len), nesting)
            }
            TYPE_CODE => self.code(nesting),
            _ => self.rare(kind, nesting),
        }
    }

    fn rare(&mut self, kind: u8, nesting: u8) -> Option<Item> {
        match kind {
            TYPE_INT => self.take(4).map(|_| Item::OTHER),
            TYPE_ASCII | TYPE_ASCII_INTERNED | TYPE_UNICODE | TYPE_INTERNED => {
                let len = self.size()?;
                let text = self.take(len)?;
                if matches!(kind, TYPE_UNICODE | TYPE_INTERNED) {
                    check_utf8(text).ok()?;
                }
                Some(match kind {
                    TYPE_ASCII_INTERNED | TYPE_INTERNED => Item::INTERNED,
                    _ => Item::STR,
                })
            }
            TYPE_INT64 | TYPE_BINARY_FLOAT => self.take(8).map(|_| Item::OTHER),
            TYPE_BINARY_COMPLEX => self.take(16).map(|_| Item::OTHER),
            TYPE_LONG => self.long(),
            TYPE_TUPLE => {
                let len = self.size()?;
                self.tuple(len, nesting)
            }
            TYPE_FROZENSET => {
                let len = self.size()?;
                self.items(len, nesting)?.frozenset()
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
        is_normal.then_some(Item::OTHER)
    }

    fn tuple(&mut self, len: usize, nesting: u8) -> Option<Item> {
        self.items(len, nesting)?.tuple()
    }

    #[inline(always)]
    fn items(&mut self, len: usize, nesting: u8) -> Option<Gathered> {
        if nesting >= NESTING_MAX {
            return None;
        }
        let mut all = Gathered::default();
        let mut at = self.at;
        for _ in 0..len {
            all.add(self.item_at(&mut at, nesting + 1)?);
        }
        self.at = at;
        Some(all)
    }

    fn code(&mut self, nesting: u8) -> Option<Item> {
        if nesting >= NESTING_MAX {
            return None;
        }
        let nesting = nesting + 1;
        let mut counts = [0; 5];
        let (chunks, _) = self.take(20)?.as_chunks();
        for (count, chunk) in counts.iter_mut().zip(chunks) {
            *count = u32::try_from(i32::from_le_bytes(*chunk)).ok()?;
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
            has_interned_names: false,
            fields,
            first_constant: None,
            name: fields,
            qualname: fields,
            end: fields,
            next: 0,
        });
        let bytecode = self.bytes_object()?;
        let first_constant = self.first_constant();
        if !self.item(nesting)?.is_tuple() {
            return None;
        }
        let (names, _) = self.names(nesting)?;
        let (locals, locals_len) = self.names(nesting)?;
        let kinds = self.bytes_object()?;
        self.string(nesting)?;
        let name = self.place();
        self.string(nesting)?;
        let qualname = self.place();
        self.string(nesting)?;
        let firstlineno = self.i32()?;
        self.bytes_object()?;
        self.bytes_object()?;
        let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = counts;
        let frame = Frame {
            code_len: bytecode.len(),
            stacksize,
            flags,
            argcounts: [argcount, posonlyargcount, kwonlyargcount],
            kinds,
        };
        // The checks that come with making a code object.
        let variables = frame.check().ok()?;
        if bytecode.len() % 2 != 0 || locals_len != kinds.len() {
            return None;
        }
        let end = self.place();
        let next = self.codes.len() as u32;
        let entry = self.codes.get_mut(number)?;
        entry.firstlineno = firstlineno;
        entry.nlocalsplus = kinds.len() as u32;
        entry.nlocals = variables.locals;
        entry.ncellvars = variables.cells;
        entry.nfreevars = variables.free;
        entry.has_interned_names = names.has_interned_names() && locals.has_interned_names();
        entry.first_constant = first_constant;
        entry.name = name;
        entry.qualname = qualname;
        entry.end = end;
        entry.next = next;
        Some(Item::CODE)
    }

    fn string(&mut self, nesting: u8) -> Option<()> {
        self.item(nesting)?.is_string().then_some(())
    }

    /// The contents of the bytes object that comes next.
    #[inline(always)]
    fn bytes_object(&mut self) -> Option<&'b [u8]> {
        let start = self.at;
        match *self.bytes.get(start)? {
            TYPE_STRING => {}
            STRING_INDEXED => self.index(start, Item::BYTES),
            _ => return self.referred_bytes(),
        }
        let bytes = self.bytes_behind(start)?;
        self.at = start + 5 + bytes.len();
        Some(bytes)
    }

    #[inline(never)]
    fn referred_bytes(&mut self) -> Option<&'b [u8]> {
        let start = self.at;
        if self.bytes.get(start)? & !FLAG_REF != TYPE_REF || !self.reference(start)?.is_bytes() {
            return None;
        }
        self.at = start + 5;
        self.bytes_behind(self.referred(start)?)
    }

    /// The contents of the bytes object whose type code is at an offset.
    #[inline(always)]
    fn bytes_behind(&self, at: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.bytes.get(at..)?.split_first_chunk::<5>()?;
        let [_, len @ ..] = *head;
        rest.get(..usize::try_from(i32::from_le_bytes(len)).ok()?)
    }

    /// The tuple of strings that comes next, and its length.
    fn names(&mut self, nesting: u8) -> Option<(Item, usize)> {
        let start = self.at;
        let item = self.item(nesting)?;
        if !item.is_names() {
            return None;
        }
        let at = match self.bytes.get(start)? & !FLAG_REF {
            TYPE_REF => self.referred(start)?,
            _ => start,
        };
        let (&code, rest) = self.bytes.get(at..)?.split_first()?;
        let len = match code & !FLAG_REF {
            TYPE_SMALL_TUPLE => usize::from(*rest.first()?),
            _ => u32::from_le_bytes(*rest.first_chunk()?) as usize,
        };
        Some((item, len))
    }

    /// The offset of what the reference at an offset refers to.
    fn referred(&self, at: usize) -> Option<usize> {
        let index = u32::from_le_bytes(*self.bytes.get(at + 1..)?.first_chunk()?);
        let slot = self.slots.get(index as usize)?;
        Some(slot.at as usize)
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
}
