//! Where the code objects of a stream are, so that each can be read when it is needed.
//!
//! Most functions of a module that is imported are never called. One walk over the stream notes the offset of every code object and of
//! everything with an index, without making anything; `pieces` then reads single code objects, in any order.
//!
//! The walk accepts only what the ordinary reader would accept, too: whatever is damaged, unusual, or refers to what cannot be read
//! alone gets no index, and the ordinary reader decides and finds the words. So reading a piece later cannot fail for what the stream says.

pub mod pieces;
mod stored;

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

/// The items with an index that something refers to: a bit for each item with an index, and how many bits are set before each word.
#[derive(Debug, Default)]
struct Wanted {
    words: Vec<(u64, u32)>,
    /// Their offsets.
    places: Vec<u32>,
}

impl Wanted {
    fn of(slots: &[Slot]) -> Wanted {
        let mut wanted = Wanted::default();
        for chunk in slots.chunks(64) {
            let before = wanted.places.len() as u32;
            let mut word = 0;
            for (bit, slot) in chunk.iter().enumerate() {
                if slot.is_wanted {
                    word |= 1 << bit;
                    wanted.places.push(slot.at);
                }
            }
            wanted.words.push((word, before));
        }
        wanted
    }

    /// The place of an item with this index among them.
    #[inline]
    fn rank(&self, slot: usize) -> Option<usize> {
        let (word, before) = *self.words.get(slot / 64)?;
        let bit = 1 << (slot % 64);
        let below = (word & (bit - 1)).count_ones();
        (word & bit != 0).then_some((before + below) as usize)
    }
}

/// Where everything is.
#[derive(Debug)]
pub struct Index {
    wanted: Wanted,
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
        Some(Index {
            wanted: Wanted::of(slots),
            codes,
        })
    }

    /// How many items are referred to.
    pub fn wanted_len(&self) -> usize {
        self.wanted.places.len()
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Not finished yet: nothing may refer to it.
    Open,
    Str,
    Bytes,
    /// A tuple of strings.
    Names,
    /// Another tuple.
    Tuple,
    Code,
    Other,
}

/// What the walk has to know of an item.
#[derive(Clone, Copy)]
struct Item {
    kind: Kind,
    /// How many containers are nested in it, itself included, those it refers to as well.
    depth: u8,
    has_code: bool,
}

impl Item {
    const OPEN: Item = Item::plain(Kind::Open);
    const STR: Item = Item::plain(Kind::Str);
    const BYTES: Item = Item::plain(Kind::Bytes);
    const OTHER: Item = Item::plain(Kind::Other);

    const fn plain(kind: Kind) -> Item {
        Item {
            kind,
            depth: 0,
            has_code: false,
        }
    }
}

/// An item with an index.
#[derive(Clone, Copy)]
pub struct Slot {
    at: u32,
    is_wanted: bool,
    item: Item,
}

struct Walk<'b, 's> {
    bytes: &'b [u8],
    at: usize,
    slots: &'s mut Vec<Slot>,
    codes: Vec<CodeEntry>,
}

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

    fn item(&mut self, nesting: u8) -> Option<Item> {
        let start = self.at;
        let code = self.byte()?;
        let kind = code & !FLAG_REF;
        if kind == TYPE_REF {
            return self.reference();
        }
        if code & FLAG_REF == 0 {
            return self.rest(start, kind, nesting);
        }
        if matches!(
            kind,
            TYPE_NONE | TYPE_TRUE | TYPE_FALSE | TYPE_ELLIPSIS | TYPE_STOPITER
        ) {
            return Some(Item::OTHER);
        }
        let slot = self.slots.len();
        self.slots.push(Slot {
            at: start as u32,
            is_wanted: false,
            item: Item::OPEN,
        });
        let item = self.rest(start, kind, nesting)?;
        self.slots.get_mut(slot)?.item = item;
        Some(item)
    }

    fn reference(&mut self) -> Option<Item> {
        let index = self.size()?;
        let slot = self.slots.get_mut(index)?;
        // What holds code objects would have to be made once for all.
        if slot.item.kind == Kind::Open || slot.item.has_code {
            return None;
        }
        slot.is_wanted = true;
        Some(slot.item)
    }

    /// What stands behind a type code.
    #[inline(always)]
    fn rest(&mut self, start: usize, kind: u8, nesting: u8) -> Option<Item> {
        match kind {
            TYPE_SHORT_ASCII | TYPE_SHORT_ASCII_INTERNED => {
                let len = self.byte()?;
                self.take(usize::from(len))?;
                Some(Item::STR)
            }
            TYPE_NONE | TYPE_TRUE | TYPE_FALSE | TYPE_ELLIPSIS | TYPE_STOPITER => Some(Item::OTHER),
            TYPE_STRING => {
                let len = self.size()?;
                self.take(len)?;
                Some(Item::BYTES)
            }
            TYPE_SMALL_TUPLE => {
                let len = self.byte()?;
                self.items(usize::from(len), nesting)
            }
            TYPE_CODE => self.code(start, nesting),
            _ => self.rare(kind, nesting),
        }
    }

    fn rare(&mut self, kind: u8, nesting: u8) -> Option<Item> {
        match kind {
            TYPE_INT => self.take(4).map(|_| Item::OTHER),
            TYPE_ASCII | TYPE_ASCII_INTERNED => {
                let len = self.size()?;
                self.take(len).map(|_| Item::STR)
            }
            TYPE_UNICODE | TYPE_INTERNED => {
                let len = self.size()?;
                check_utf8(self.take(len)?).ok()?;
                Some(Item::STR)
            }
            TYPE_INT64 | TYPE_BINARY_FLOAT => self.take(8).map(|_| Item::OTHER),
            TYPE_BINARY_COMPLEX => self.take(16).map(|_| Item::OTHER),
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
        is_normal.then_some(Item::OTHER)
    }

    fn items(&mut self, len: usize, nesting: u8) -> Option<Item> {
        if nesting >= NESTING_MAX {
            return None;
        }
        let mut all = Item::plain(Kind::Names);
        for _ in 0..len {
            let item = self.item(nesting + 1)?;
            all.depth = all.depth.max(item.depth);
            all.has_code |= item.has_code;
            if item.kind != Kind::Str {
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
        let code_at = self.at;
        self.expect(nesting, Kind::Bytes)?;
        let first_constant = self.first_constant();
        let consts = self.item(nesting)?;
        if !matches!(consts.kind, Kind::Tuple | Kind::Names) {
            return None;
        }
        self.expect(nesting, Kind::Names)?;
        let locals_at = self.at;
        self.expect(nesting, Kind::Names)?;
        let kinds_at = self.at;
        self.expect(nesting, Kind::Bytes)?;
        self.expect(nesting, Kind::Str)?;
        let name = self.place();
        self.expect(nesting, Kind::Str)?;
        let qualname = self.place();
        self.expect(nesting, Kind::Str)?;
        let firstlineno = self.i32()?;
        self.expect(nesting, Kind::Bytes)?;
        self.expect(nesting, Kind::Bytes)?;
        let kinds = self.bytes_at(kinds_at)?;
        check(
            counts,
            self.bytes_at(code_at)?,
            self.tuple_len_at(locals_at)?,
            kinds,
        )?;
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
            ..Item::plain(Kind::Code)
        })
    }

    fn expect(&mut self, nesting: u8, kind: Kind) -> Option<()> {
        (self.item(nesting)?.kind == kind).then_some(())
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

    /// The item at an offset, or the one it refers to: its type code, and what stands behind it.
    fn behind(&self, at: usize) -> Option<(u8, &'b [u8])> {
        let mut stream = self.bytes.get(at..)?;
        if stream.first()? & !FLAG_REF == TYPE_REF {
            let index = u32::from_le_bytes(*stream.get(1..)?.first_chunk()?);
            let slot = self.slots.get(usize::try_from(index).ok()?)?;
            stream = self.bytes.get(slot.at as usize..)?;
        }
        let (code, rest) = stream.split_first()?;
        Some((code & !FLAG_REF, rest))
    }

    /// The contents of the bytes object at an offset.
    fn bytes_at(&self, at: usize) -> Option<&'b [u8]> {
        let (_, rest) = self.behind(at)?;
        let (len, rest) = rest.split_first_chunk()?;
        rest.get(..u32::from_le_bytes(*len) as usize)
    }

    /// The length of the tuple at an offset.
    fn tuple_len_at(&self, at: usize) -> Option<usize> {
        match self.behind(at)? {
            (TYPE_SMALL_TUPLE, rest) => Some(usize::from(*rest.first()?)),
            (_, rest) => Some(u32::from_le_bytes(*rest.first_chunk()?) as usize),
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
