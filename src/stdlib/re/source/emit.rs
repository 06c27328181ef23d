//! From the tree to the words.
//!
//! CPython 3.11: `_code`, `_compile` in `Lib/re/_compiler.py`.

use super::info::write_info;
use super::sets::{Folding, optimize};
use super::tree::{Item, Parsed, Seq, is_simple, width};
use super::{ASCII, DOTALL, MULTILINE, UNICODE};
use crate::re::program::Mode;
use crate::re::source::tree::Width;

/// The operators, with their numbers in `re._constants`.
pub mod op {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

/// The flags inside a group.
pub fn combined(flags: u32, added: u32, removed: u32) -> u32 {
    let flags = if added & (ASCII | UNICODE) != 0 {
        flags & !(ASCII | UNICODE)
    } else {
        flags
    };
    (flags | added) & !removed
}

/// The words of a pattern.
pub fn emit(parsed: &Parsed) -> Option<Vec<u32>> {
    let mut emitter = Emitter {
        code: Vec::new(),
        widths: &parsed.widths,
    };
    write_info(&parsed.seq, &parsed.widths, parsed.flags, &mut emitter.code)?;
    emitter.seq(&parsed.seq, parsed.flags)?;
    emitter.code.push(op::SUCCESS);
    Some(emitter.code)
}

struct Emitter<'a> {
    code: Vec<u32>,
    widths: &'a [Option<Width>],
}

impl Emitter<'_> {
    /// Leaves a word for the distance to what comes behind.
    fn skip(&mut self) -> usize {
        self.code.push(0);
        self.code.len() - 1
    }

    /// Fills the word in.
    fn here(&mut self, skip: usize) {
        self.code[skip] = (self.code.len() - skip) as u32;
    }

    fn seq(&mut self, seq: &Seq, flags: u32) -> Option<()> {
        seq.iter().try_for_each(|item| self.item(item, flags))
    }

    fn item(&mut self, item: &Item, flags: u32) -> Option<()> {
        match item {
            Item::Literal(c) => self.literal(*c, false, flags)?,
            Item::NotLiteral(c) => self.literal(*c, true, flags)?,
            Item::In(members) => {
                let folding = Folding::of(flags);
                let set = optimize(members, folding)?;
                self.code.push(match folding {
                    Some(Folding::Ascii) if set.has_cased => op::IN_IGNORE,
                    Some(Folding::Unicode) if set.has_cased => op::IN_UNI_IGNORE,
                    _ => op::IN,
                });
                let skip = self.skip();
                set.write(flags, &mut self.code);
                self.here(skip);
            }
            Item::Any => self.code.push(if flags & DOTALL != 0 {
                op::ANY_ALL
            } else {
                op::ANY
            }),
            Item::Repeat(mode, min, max, body) => {
                let (many, end, one) = match mode {
                    Mode::Greedy => (op::REPEAT, op::MAX_UNTIL, op::REPEAT_ONE),
                    Mode::Lazy => (op::REPEAT, op::MIN_UNTIL, op::MIN_REPEAT_ONE),
                    Mode::Possessive => (
                        op::POSSESSIVE_REPEAT,
                        op::SUCCESS,
                        op::POSSESSIVE_REPEAT_ONE,
                    ),
                };
                let is_one = is_simple(body);
                self.code.push(if is_one { one } else { many });
                let skip = self.skip();
                self.code.extend([*min, *max]);
                self.seq(body, flags)?;
                if is_one {
                    self.code.push(op::SUCCESS);
                    self.here(skip);
                } else {
                    self.here(skip);
                    self.code.push(end);
                }
            }
            Item::Group(group) => {
                if let Some(number) = group.number {
                    self.code.extend([op::MARK, (number - 1) * 2]);
                }
                self.seq(&group.body, combined(flags, group.added, group.removed))?;
                if let Some(number) = group.number {
                    self.code.extend([op::MARK, (number - 1) * 2 + 1]);
                }
            }
            Item::Atomic(body) => {
                self.code.push(op::ATOMIC_GROUP);
                let skip = self.skip();
                self.seq(body, flags)?;
                self.code.push(op::SUCCESS);
                self.here(skip);
            }
            Item::Assert {
                behind,
                negate,
                body,
            } => {
                self.code.push(if *negate { op::ASSERT_NOT } else { op::ASSERT });
                let skip = self.skip();
                let back = if *behind {
                    let width = width(body, self.widths);
                    (width.min == width.max).then_some(width.min)?
                } else {
                    0
                };
                self.code.push(u32::try_from(back).ok()?);
                self.seq(body, flags)?;
                self.code.push(op::SUCCESS);
                self.here(skip);
            }
            Item::At(position) => self.code.extend([op::AT, position_with(*position, flags)]),
            Item::Branch(arms) => self.branch(arms, flags)?,
            Item::GroupRef(number) => self.code.extend([
                match Folding::of(flags) {
                    None => op::GROUPREF,
                    Some(Folding::Ascii) => op::GROUPREF_IGNORE,
                    Some(Folding::Unicode) => op::GROUPREF_UNI_IGNORE,
                },
                number - 1,
            ]),
            Item::Conditional(number, yes, no) => {
                self.code.extend([op::GROUPREF_EXISTS, number - 1]);
                let skip_yes = self.skip();
                self.seq(yes, flags)?;
                // An `else` of nothing is none.
                let no = no.as_ref().filter(|no| !no.is_empty());
                if let Some(no) = no {
                    self.code.push(op::JUMP);
                    let skip_no = self.skip();
                    self.code[skip_yes] = (self.code.len() - skip_yes) as u32 + 1;
                    self.seq(no, flags)?;
                    self.here(skip_no);
                } else {
                    self.code[skip_yes] = (self.code.len() - skip_yes) as u32 + 1;
                }
            }
        }
        Some(())
    }

    fn literal(&mut self, c: u32, negate: bool, flags: u32) -> Option<()> {
        let exact = if negate { op::NOT_LITERAL } else { op::LITERAL };
        let Some(folding) = Folding::of(flags) else {
            self.code.extend([exact, c]);
            return Some(());
        };
        if !folding.knows(c) {
            return None;
        }
        if !folding.is_cased(c) {
            self.code.extend([exact, c]);
            return Some(());
        }
        let lower = folding.lower(c);
        if let Some(twin) = folding.twin(lower) {
            self.code.push(op::IN_UNI_IGNORE);
            let skip = self.skip();
            if negate {
                self.code.push(op::NEGATE);
            }
            self.code
                .extend([op::LITERAL, lower, op::LITERAL, twin, op::FAILURE]);
            self.here(skip);
            return Some(());
        }
        let folded = match (folding, negate) {
            (Folding::Ascii, false) => op::LITERAL_IGNORE,
            (Folding::Ascii, true) => op::NOT_LITERAL_IGNORE,
            (Folding::Unicode, false) => op::LITERAL_UNI_IGNORE,
            (Folding::Unicode, true) => op::NOT_LITERAL_UNI_IGNORE,
        };
        self.code.extend([folded, lower]);
        Some(())
    }

    fn branch(&mut self, arms: &[Seq], flags: u32) -> Option<()> {
        self.code.push(op::BRANCH);
        let mut tails = Vec::with_capacity(arms.len());
        for arm in arms {
            let skip = self.skip();
            self.seq(arm, flags)?;
            self.code.push(op::JUMP);
            tails.push(self.skip());
            self.here(skip);
        }
        self.code.push(op::FAILURE);
        for tail in tails {
            self.here(tail);
        }
        Some(())
    }
}

/// The position that the flags make of a position.
fn position_with(position: u32, flags: u32) -> u32 {
    match position {
        // AT_BEGINNING and AT_END become those of lines.
        0 | 5 if flags & MULTILINE != 0 => position + 1,
        // AT_BOUNDARY and AT_NON_BOUNDARY become those of Unicode.
        3 | 4 if flags & UNICODE != 0 => position + 7,
        _ => position,
    }
}
