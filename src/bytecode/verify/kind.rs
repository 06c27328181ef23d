//! What the verifier knows of a stack slot, and the abstract stack.

/// A set of values that a stack slot may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The NULL marker.
    Null,
    /// A value or the NULL marker.
    MaybeNull,
    /// Any value.
    Value,
    /// An exception.
    Exception,
    /// An exception or None.
    ExceptionOrNone,
    /// The offset of an instruction that raised.
    Lasti,
    /// A list that this code made.
    List,
    /// A set that this code made.
    Set,
    /// A dict that this code made.
    Dict,
    /// A tuple of this length.
    Tuple(u32),
    /// A tuple of this length of strings.
    Names(u32),
    /// A tuple of this length of cells.
    Closure(u32),
    /// A cell.
    Cell,
    /// A code object with this many free variables.
    Code(u32),
}

impl Kind {
    /// Whether NULL is excluded.
    pub(super) fn is_value(self) -> bool {
        !matches!(self, Kind::Null | Kind::MaybeNull)
    }

    pub(super) fn is_exception_or_none(self) -> bool {
        matches!(self, Kind::Exception | Kind::ExceptionOrNone)
    }

    /// The length, for tuples.
    pub(super) fn tuple_len(self) -> Option<u32> {
        match self {
            Kind::Tuple(len) | Kind::Names(len) | Kind::Closure(len) => Some(len),
            _ => None,
        }
    }

    /// The smallest kind that includes both.
    pub(super) fn join(self, other: Kind) -> Kind {
        if self == other {
            return self;
        }
        if !self.is_value() || !other.is_value() {
            return Kind::MaybeNull;
        }
        if self.is_exception_or_none() && other.is_exception_or_none() {
            return Kind::ExceptionOrNone;
        }
        match (self.tuple_len(), other.tuple_len()) {
            (Some(left), Some(right)) if left == right => Kind::Tuple(left),
            _ => Kind::Value,
        }
    }
}

/// The abstract stack. Its methods give `None` where there is no such slot or the slot may not be used so.
#[derive(Debug, Default)]
pub(super) struct Stack {
    slots: Vec<Kind>,
    /// Slots below were not touched since `start_instruction`.
    low: usize,
    depth_max: usize,
}

impl Stack {
    pub(super) fn reset(&mut self, depth_max: usize) {
        self.slots.clear();
        self.depth_max = depth_max;
    }

    pub(super) fn depth_max(&self) -> usize {
        self.depth_max
    }

    pub(super) fn start_instruction(&mut self) {
        self.low = self.slots.len();
    }

    pub(super) fn low(&self) -> usize {
        self.low
    }

    pub(super) fn slots(&self) -> &[Kind] {
        &self.slots
    }

    pub(super) fn load(&mut self, slots: &[Kind]) {
        self.slots.clear();
        self.slots.extend_from_slice(slots);
    }

    pub(super) fn push(&mut self, kind: Kind) -> Option<()> {
        if self.slots.len() >= self.depth_max {
            return None;
        }
        self.slots.push(kind);
        Some(())
    }

    pub(super) fn pop_any(&mut self) -> Option<Kind> {
        let kind = self.slots.pop()?;
        self.low = self.low.min(self.slots.len());
        Some(kind)
    }

    pub(super) fn pop_value(&mut self) -> Option<Kind> {
        self.pop_any().filter(|kind| kind.is_value())
    }

    pub(super) fn pop_values(&mut self, count: usize) -> Option<()> {
        let base = self.slots.len().checked_sub(count)?;
        if !self.slots[base..].iter().all(|kind| kind.is_value()) {
            return None;
        }
        self.slots.truncate(base);
        self.low = self.low.min(base);
        Some(())
    }

    /// Pops values and pushes others.
    #[inline]
    pub(super) fn replace(&mut self, pops: usize, pushes: usize) -> Option<()> {
        self.pop_values(pops)?;
        (0..pushes).try_for_each(|_| self.push(Kind::Value))
    }

    /// The slot `position` from the top, counted from 1.
    pub(super) fn peek(&self, position: usize) -> Option<Kind> {
        let index = self.slots.len().checked_sub(position)?;
        self.slots.get(index).copied()
    }

    pub(super) fn swap(&mut self, position: usize) -> Option<()> {
        let last = self.slots.len().checked_sub(1)?;
        let index = self.slots.len().checked_sub(position)?;
        if position == 0 {
            return None;
        }
        self.slots.swap(last, index);
        self.low = self.low.min(index);
        Some(())
    }
}
