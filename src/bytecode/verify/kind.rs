//! What the verifier knows of a stack slot, and the abstract stack.

/// A set of values that a stack slot may hold: what it is in the low bits, a length or the like above them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(u32);

/// What NULL may be in has this bit.
const NULL_BIT: u32 = 1;
const TAG_BITS: u32 = 5;
const TAG_MASK: u32 = (1 << TAG_BITS) - 1;
const TAG_TUPLE: u32 = 16;
const TAG_NAMES: u32 = 18;
const TAG_CLOSURE: u32 = 20;
const TAG_CODE: u32 = 22;
const TAG_CONST: u32 = 24;

impl Kind {
    /// The NULL marker.
    pub(super) const NULL: Kind = Kind(NULL_BIT);
    /// A value or the NULL marker.
    pub(super) const MAYBE_NULL: Kind = Kind(2 | NULL_BIT);
    /// Any value.
    pub(super) const VALUE: Kind = Kind(0);
    /// An exception.
    pub(super) const EXCEPTION: Kind = Kind(2);
    /// An exception or None.
    pub(super) const EXCEPTION_OR_NONE: Kind = Kind(4);
    /// The offset of an instruction that raised.
    pub(super) const LASTI: Kind = Kind(6);
    /// A list that this code made.
    pub(super) const LIST: Kind = Kind(8);
    /// A set that this code made.
    pub(super) const SET: Kind = Kind(10);
    /// A dict that this code made.
    pub(super) const DICT: Kind = Kind(12);
    /// A cell.
    pub(super) const CELL: Kind = Kind(14);

    /// A number above a tag; for one that is too large the kind that says least.
    const fn with(tag: u32, number: usize) -> Kind {
        if number < 1 << (u32::BITS - TAG_BITS) {
            Kind(tag | (number as u32) << TAG_BITS)
        } else {
            Kind::VALUE
        }
    }

    /// A tuple of this length.
    pub(super) const fn tuple(len: usize) -> Kind {
        Kind::with(TAG_TUPLE, len)
    }

    /// A tuple of this length of strings.
    pub(super) const fn names(len: usize) -> Kind {
        Kind::with(TAG_NAMES, len)
    }

    /// A tuple of this length of cells.
    pub(super) const fn closure(len: usize) -> Kind {
        Kind::with(TAG_CLOSURE, len)
    }

    /// A code object with this many free variables.
    pub(super) const fn code(freevars: usize) -> Kind {
        Kind::with(TAG_CODE, freevars)
    }

    /// A constant of which only the index is known: few instructions care what it is.
    pub(super) const fn constant(index: usize) -> Kind {
        Kind::with(TAG_CONST, index)
    }

    const fn number(self, tag: u32) -> Option<usize> {
        if self.0 & TAG_MASK == tag {
            Some((self.0 >> TAG_BITS) as usize)
        } else {
            None
        }
    }

    /// Whether NULL is excluded.
    #[inline(always)]
    pub(super) const fn is_value(self) -> bool {
        self.0 & NULL_BIT == 0
    }

    pub(super) fn is_exception_or_none(self) -> bool {
        self == Kind::EXCEPTION || self == Kind::EXCEPTION_OR_NONE
    }

    /// The length, for tuples.
    pub(super) fn tuple_len(self) -> Option<usize> {
        match self.0 & TAG_MASK {
            TAG_TUPLE | TAG_NAMES | TAG_CLOSURE => Some((self.0 >> TAG_BITS) as usize),
            _ => None,
        }
    }

    /// Whether it is a tuple of strings.
    pub(super) fn is_names(self) -> bool {
        self.0 & TAG_MASK == TAG_NAMES
    }

    /// The length, for tuples of cells.
    pub(super) fn closure_len(self) -> Option<usize> {
        self.number(TAG_CLOSURE)
    }

    /// The number of free variables, for code objects.
    pub(super) fn code_freevars(self) -> Option<usize> {
        self.number(TAG_CODE)
    }

    /// The index, for constants.
    #[inline(always)]
    pub(super) fn constant_index(self) -> Option<usize> {
        self.number(TAG_CONST)
    }

    /// The smallest kind that includes both. Neither is a constant by its index.
    pub(super) fn join(self, other: Kind) -> Kind {
        if self == other {
            return self;
        }
        if !self.is_value() || !other.is_value() {
            return Kind::MAYBE_NULL;
        }
        if self.is_exception_or_none() && other.is_exception_or_none() {
            return Kind::EXCEPTION_OR_NONE;
        }
        match (self.tuple_len(), other.tuple_len()) {
            (Some(left), Some(right)) if left == right => Kind::tuple(left),
            _ => Kind::VALUE,
        }
    }
}

/// The abstract stack. Its methods give `None` where there is no such slot or the slot may not be used so.
#[derive(Debug)]
pub(super) struct Stack<'m> {
    /// As many as `co_stacksize`.
    memory: &'m mut [Kind],
    depth: usize,
    /// Slots below belong to a handler; instructions that may raise do not pop them.
    pub(super) floor: usize,
}

impl<'m> Stack<'m> {
    pub(super) fn new(memory: &'m mut [Kind]) -> Stack<'m> {
        Stack {
            memory,
            depth: 0,
            floor: 0,
        }
    }

    /// Calls a function that is not inlined with a copy, so that this one can stay in registers.
    #[inline(always)]
    pub(super) fn lend<R>(&mut self, work: impl FnOnce(&mut Stack<'_>) -> R) -> R {
        let mut copy = Stack {
            memory: &mut *self.memory,
            depth: self.depth,
            floor: self.floor,
        };
        let result = work(&mut copy);
        (self.depth, self.floor) = (copy.depth, copy.floor);
        result
    }

    pub(super) fn depth_max(&self) -> usize {
        self.memory.len()
    }

    #[inline(always)]
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The lowest slots; all, when there are not so many.
    pub(super) fn lowest(&mut self, depth: usize) -> &mut [Kind] {
        let depth = depth.min(self.depth).min(self.memory.len());
        &mut self.memory[..depth]
    }

    pub(super) fn load(&mut self, slots: &[Kind]) {
        let depth = slots.len().min(self.memory.len());
        self.memory[..depth].copy_from_slice(&slots[..depth]);
        self.depth = depth;
    }

    #[inline(always)]
    pub(super) fn push(&mut self, kind: Kind) -> Option<()> {
        *self.memory.get_mut(self.depth)? = kind;
        self.depth += 1;
        Some(())
    }

    #[inline(always)]
    pub(super) fn pop_any(&mut self) -> Option<Kind> {
        if self.depth <= self.floor {
            return None;
        }
        self.pop_unprotected()
    }

    /// Pops for an instruction that cannot raise.
    #[inline(always)]
    pub(super) fn pop_unprotected(&mut self) -> Option<Kind> {
        let depth = self.depth.checked_sub(1)?;
        let kind = *self.memory.get(depth)?;
        self.depth = depth;
        Some(kind)
    }

    #[inline(always)]
    pub(super) fn pop_value(&mut self) -> Option<()> {
        self.pop_any()?.is_value().then_some(())
    }

    #[inline(always)]
    pub(super) fn pop_values(&mut self, count: usize) -> Option<()> {
        let base = self.depth.checked_sub(count)?;
        if base < self.floor {
            return None;
        }
        let popped = self.memory.get(base..self.depth)?;
        if !popped.iter().all(|kind| kind.is_value()) {
            return None;
        }
        self.depth = base;
        Some(())
    }

    /// The slot `position` from the top, counted from 1.
    #[inline(always)]
    pub(super) fn peek(&self, position: usize) -> Option<Kind> {
        let index = self.depth.checked_sub(position)?;
        if position == 0 {
            return None;
        }
        self.memory.get(index).copied()
    }

    /// The highest `count` slots.
    pub(super) fn top(&self, count: usize) -> Option<&[Kind]> {
        self.memory.get(self.depth.checked_sub(count)?..self.depth)
    }

    /// Exchanges the top with the slot `position` from the top.
    pub(super) fn swap(&mut self, position: usize) -> Option<()> {
        let last = self.depth.checked_sub(1)?;
        let index = self.depth.checked_sub(position)?;
        if position == 0 {
            return None;
        }
        self.memory.swap(last, index);
        Some(())
    }
}
