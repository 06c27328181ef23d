//! What the walk over a stream has to know of an item, in one word.

use super::NESTING_MAX;

/// Kind, what is in it, and how many containers are nested in it, itself included, those it refers to as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item(u32);

/// Not a string.
const NOT_STR: u32 = 1;
/// Not a string that the stream interns.
const NOT_INTERNED: u32 = 1 << 1;
const BYTES: u32 = 1 << 2;
const TUPLE: u32 = 1 << 3;
/// An item of the tuple has that bit.
const HAS_NOT_STR: u32 = NOT_STR << ITEMS_SHIFT;
const HAS_NOT_INTERNED: u32 = NOT_INTERNED << ITEMS_SHIFT;
const ITEMS_SHIFT: u32 = 4;
/// A code object, or holds one.
const HAS_CODE: u32 = 1 << 6;
/// Not finished yet: nothing may refer to it.
const OPEN: u32 = 1 << 7;
const DEPTH_SHIFT: u32 = 8;

impl Item {
    /// Not finished.
    pub(super) const OPEN: Item = Item(OPEN | NOT_STR | NOT_INTERNED);
    /// A string.
    pub(super) const STR: Item = Item(NOT_INTERNED);
    /// A string that the stream interns.
    pub(super) const INTERNED: Item = Item(0);
    pub(super) const BYTES: Item = Item(BYTES | NOT_STR | NOT_INTERNED);
    pub(super) const CODE: Item = Item(HAS_CODE | NOT_STR | NOT_INTERNED);
    /// What has no items, and is nothing of the above.
    pub(super) const OTHER: Item = Item(NOT_STR | NOT_INTERNED);

    /// Whether it is complete and can be made once for all that refer to it.
    #[inline(always)]
    pub(super) fn may_be_shared(self) -> bool {
        self.0 & (OPEN | HAS_CODE) == 0
    }

    pub(super) fn is_string(self) -> bool {
        self.0 & NOT_STR == 0
    }

    pub(super) fn is_bytes(self) -> bool {
        self.0 & BYTES != 0
    }

    pub(super) fn is_tuple(self) -> bool {
        self.0 & TUPLE != 0
    }

    /// Whether it is a tuple of strings.
    pub(super) fn is_names(self) -> bool {
        self.0 & (TUPLE | HAS_NOT_STR) == TUPLE
    }

    /// Whether it is a tuple of strings that the stream interns.
    pub(super) fn has_interned_names(self) -> bool {
        self.0 & (TUPLE | HAS_NOT_STR | HAS_NOT_INTERNED) == TUPLE
    }
}

/// What was gathered of the items of a container.
#[derive(Default)]
pub(super) struct Gathered {
    bits: u32,
    depth: u32,
}

impl Gathered {
    #[inline(always)]
    pub(super) fn add(&mut self, item: Item) {
        self.bits |= item.0;
        self.depth = self.depth.max(item.0 >> DEPTH_SHIFT);
    }

    /// The tuple of these items; `None` when it is nested too deeply.
    #[inline(always)]
    pub(super) fn tuple(self) -> Option<Item> {
        let items = (self.bits & (NOT_STR | NOT_INTERNED)) << ITEMS_SHIFT | self.bits & HAS_CODE;
        let depth = self.depth + 1;
        let item = Item(TUPLE | NOT_STR | NOT_INTERNED | items | depth << DEPTH_SHIFT);
        (depth <= u32::from(NESTING_MAX)).then_some(item)
    }

    /// The frozenset of these items; none can hold code objects.
    pub(super) fn frozenset(self) -> Option<Item> {
        let depth = self.depth + 1;
        let item = Item(NOT_STR | NOT_INTERNED | depth << DEPTH_SHIFT);
        (depth <= u32::from(NESTING_MAX) && self.bits & HAS_CODE == 0).then_some(item)
    }
}
