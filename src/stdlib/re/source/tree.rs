//! The tree between the text of a pattern and its words.
//!
//! CPython 3.11: `SubPattern` and `State` in `Lib/re/_parser.py`.

use crate::re::program::{MAXREPEAT, Mode};

/// A sequence of items.
pub type Seq = Vec<Item>;

/// Least and greatest number of characters; `MAX` is the greatest number that is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// Least number.
    pub min: u128,
    /// Greatest number.
    pub max: u128,
}

impl Width {
    /// `MAXWIDTH`
    const MAX: u128 = 1 << 64;
    const ONE: Width = Width { min: 1, max: 1 };
    const NONE: Width = Width { min: 0, max: 0 };

    fn or(self, other: Width) -> Width {
        Width {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

/// A member of a character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// All but what follows; the first member if at all.
    Negate,
    /// A character.
    Literal(u32),
    /// Characters from one to another, both included.
    Range(u32, u32),
    /// The same, of characters beyond the BMP, without regard to case.
    RangeIgnoringCase(u32, u32),
    /// A category, by its number for bytes and ASCII.
    Category(u32),
}

/// A group in parentheses that captures or changes flags.
#[derive(Debug)]
pub struct Group {
    /// The number, if it captures.
    pub number: Option<u32>,
    /// Flags that count inside.
    pub added: u32,
    /// Flags that do not.
    pub removed: u32,
    /// What is inside.
    pub body: Seq,
}

/// One item of a pattern.
#[derive(Debug)]
pub enum Item {
    /// A character.
    Literal(u32),
    /// Any other character.
    NotLiteral(u32),
    /// Any character, perhaps but a newline.
    Any,
    /// A character of a set.
    In(Vec<Member>),
    /// A position, by its number.
    At(u32),
    /// Alternatives.
    Branch(Vec<Seq>),
    /// A group.
    Group(Group),
    /// A group that does not back off.
    Atomic(Seq),
    /// A repetition.
    Repeat(Mode, u32, u32, Seq),
    /// A lookaround.
    Assert {
        /// Whether it looks at what is behind the position, in the text's order before it.
        behind: bool,
        /// Whether it must not match.
        negate: bool,
        /// What is looked for.
        body: Seq,
    },
    /// The text of a group again.
    GroupRef(u32),
    /// One of two patterns, by whether a group matched.
    Conditional(u32, Seq, Option<Seq>),
}

impl Item {
    /// Whether two items are the same in the sense of Python's tuples: those that hold sequences are only the same as themselves.
    pub fn is_same(&self, other: &Item) -> bool {
        match (self, other) {
            (Item::Literal(a), Item::Literal(b))
            | (Item::NotLiteral(a), Item::NotLiteral(b))
            | (Item::At(a), Item::At(b))
            | (Item::GroupRef(a), Item::GroupRef(b)) => a == b,
            (Item::Any, Item::Any) => true,
            (Item::In(a), Item::In(b)) => a == b,
            _ => false,
        }
    }

    /// Whether an item is a single character (`_simple`, for one item).
    pub fn is_unit(&self) -> bool {
        match self {
            Item::Literal(_) | Item::NotLiteral(_) | Item::Any | Item::In(_) => true,
            Item::Group(group) => group.number.is_none() && is_simple(&group.body),
            _ => false,
        }
    }

    fn width(&self, widths: &[Option<Width>]) -> Width {
        match self {
            Item::Literal(_) | Item::NotLiteral(_) | Item::Any | Item::In(_) => Width::ONE,
            Item::At(_) | Item::Assert { .. } => Width::NONE,
            Item::Branch(arms) => arms
                .iter()
                .map(|arm| width(arm, widths))
                .reduce(Width::or)
                .unwrap_or(Width::NONE),
            Item::Group(group) => width(&group.body, widths),
            Item::Atomic(body) => width(body, widths),
            Item::Repeat(_, min, max, body) => {
                let each = width(body, widths);
                Width {
                    min: each.min * u128::from(*min),
                    max: if *max == MAXREPEAT && each.max > 0 {
                        Width::MAX
                    } else {
                        each.max * u128::from(*max)
                    },
                }
            }
            Item::GroupRef(number) => widths
                .get(*number as usize)
                .copied()
                .flatten()
                .unwrap_or(Width::NONE),
            Item::Conditional(_, yes, no) => {
                let yes = width(yes, widths);
                let no = no.as_ref().map_or(Width::NONE, |no| width(no, widths));
                Width {
                    min: yes.min.min(no.min),
                    max: yes.max.max(no.max),
                }
            }
        }
    }
}

/// Whether a sequence is a single character (`_simple`).
pub fn is_simple(seq: &[Item]) -> bool {
    matches!(seq, [item] if item.is_unit())
}

/// The width of what a sequence matches, given those of the groups (`SubPattern.getwidth`).
pub fn width(seq: &[Item], widths: &[Option<Width>]) -> Width {
    let mut total = Width::NONE;
    for item in seq {
        let width = item.width(widths);
        total.min += width.min;
        total.max += width.max;
    }
    Width {
        min: total.min.min(Width::MAX),
        max: total.max.min(Width::MAX),
    }
}

/// A parsed pattern.
#[derive(Debug)]
pub struct Parsed {
    /// The pattern.
    pub seq: Seq,
    /// The flags, with those that the pattern sets.
    pub flags: u32,
    /// The widths of the groups; the first is none.
    pub widths: Vec<Option<Width>>,
    /// Names and numbers of the named groups.
    pub names: Vec<(String, u32)>,
}
