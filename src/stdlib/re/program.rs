//! Translation of the code that `re._compiler` makes into a checked program for the matcher.
//!
//! The code is a list of words with relative skips. It is read from front to back once; all skips go forward, so targets are addresses
//! that are resolved at the end. What the matcher gets has only valid targets, marks and groups, whatever the list was.
//!
//! CPython 3.11: `_validate` in `Modules/_sre/sre.c`; `Lib/re/_compiler.py` describes the code.

use super::charset::{Fold, Set, Single};
use std::collections::HashMap;

/// No limit of a repetition.
pub const MAXREPEAT: u32 = u32::MAX;

/// How a repetition backs off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Takes as much as it can and gives back.
    Greedy,
    /// Takes as little as it can.
    Lazy,
    /// Takes as much as it can.
    Possessive,
}

/// One instruction; targets are indices of instructions.
#[derive(Debug)]
pub enum Inst {
    /// The end of the pattern.
    Success,
    /// Never matches.
    Fail,
    /// One character.
    Single(Single),
    /// A position, by its number in `re._constants`.
    At(u32),
    /// Notes the position.
    Mark(usize),
    /// Goes on elsewhere.
    Jump(usize),
    /// Tries the next instruction, then the other.
    Split(usize),
    /// The text of a group again.
    GroupRef(usize, Fold),
    /// Goes elsewhere if the group has not matched.
    GroupRefExists(usize, usize),
    /// A repeated single character; the tail follows.
    RepeatOne {
        /// Least number.
        min: u32,
        /// Greatest number.
        max: u32,
        /// The character.
        item: Single,
        /// How it backs off.
        mode: Mode,
    },
    /// Begins a repetition: goes to its `Until` (greedy, lazy) or `Possessive`.
    Repeat(usize),
    /// The end of the body of a repetition; the tail follows.
    Until {
        /// Least number.
        min: u32,
        /// Greatest number.
        max: u32,
        /// The body.
        body: usize,
        /// Greedy or not.
        greedy: bool,
    },
    /// The end of the body of a possessive repetition; the tail follows.
    Possessive {
        /// Least number.
        min: u32,
        /// Greatest number.
        max: u32,
        /// The body.
        body: usize,
    },
    /// Begins a lookaround that ends before the target.
    Assert {
        /// Characters to go back.
        back: usize,
        /// Whether the body must not match.
        negate: bool,
        /// Where to go on.
        next: usize,
    },
    /// The body of a lookaround matched.
    AssertEnd,
    /// Begins an atomic group.
    Atomic,
    /// The atomic group matched.
    AtomicEnd,
}

/// What is known of all matches, to find candidates quickly.
#[derive(Debug, Default)]
pub struct Info {
    /// Least length.
    pub min: usize,
    /// Text all matches begin with.
    pub prefix: Vec<u32>,
    /// A class that the first character of all matches is in.
    pub first: Option<Box<Set>>,
}

/// A checked program.
#[derive(Debug)]
pub struct Program {
    /// The instructions; the first one begins the pattern.
    pub insts: Vec<Inst>,
    /// For finding candidates.
    pub info: Info,
    /// Whether the pattern can only match at the start of the text.
    pub anchored: bool,
}

/// What the end of a construct, found by its address, becomes.
enum Closer {
    Assert,
    Atomic,
    Until {
        min: u32,
        max: u32,
        body: usize,
        op: u32,
    },
}

struct Translator<'a> {
    code: &'a [u32],
    groups: usize,
    insts: Vec<Inst>,
    /// Instruction of each address that begins one.
    starts: HashMap<usize, usize>,
    closers: HashMap<usize, Closer>,
    /// Headers of the arms of branches with the next header.
    arms: HashMap<usize, usize>,
}

/// Translates; `None` if the code is not valid.
pub fn translate(code: &[u32], groups: usize) -> Option<Program> {
    let mut translator = Translator {
        code,
        groups,
        insts: Vec::with_capacity(code.len() / 2 + 1),
        starts: HashMap::new(),
        closers: HashMap::new(),
        arms: HashMap::new(),
    };
    let mut info = Info::default();
    let mut at = 0;
    if code.first() == Some(&14) {
        info = translator.info()?;
        at = 1 + *code.get(1)? as usize;
    }
    while at < code.len() {
        at = translator.step(at)?;
    }
    translator.resolve()?;
    let insts = translator.insts;
    if !matches!(insts.last(), Some(Inst::Success)) {
        return None;
    }
    let anchored = matches!(insts.first(), Some(Inst::At(0 | 2)));
    Some(Program {
        insts,
        info,
        anchored,
    })
}

impl Translator<'_> {
    fn word(&self, at: usize) -> Option<u32> {
        self.code.get(at).copied()
    }

    /// The address that the skip at `at` means.
    fn target(&self, at: usize) -> Option<usize> {
        let target = at.checked_add(self.word(at)? as usize)?;
        (target <= self.code.len()).then_some(target)
    }

    fn info(&self) -> Option<Info> {
        let flags = self.word(2)?;
        let mut info = Info {
            min: self.word(3)? as usize,
            ..Info::default()
        };
        self.target(1)?;
        if flags & 1 != 0 {
            let length = self.word(5)? as usize;
            info.prefix = self.code.get(7..length.checked_add(7)?)?.to_vec();
        } else if flags & 4 != 0 {
            info.first = Some(Box::new(Set::parse(self.code.get(5..)?)?.0));
        }
        Some(info)
    }

    /// A test of a single character, and its length in words.
    fn single(&self, at: usize) -> Option<(Single, usize)> {
        let fold = |op: u32| match op {
            16 | 20 | 13 => Fold::Exact,
            32 | 33 | 31 | 36 | 37 | 35 => Fold::Ascii,
            _ => Fold::Unicode,
        };
        let op = self.word(at)?;
        Some(match op {
            0 => (Single::Never, 1),
            2 => (Single::Any, 1),
            3 => (Single::AnyAll, 1),
            8 => (Single::Category(self.word(at + 1).filter(|&n| n < 18)?), 2),
            16 | 20 | 32 | 33 | 36 | 37 | 40 | 41 => {
                let single = Single::Literal {
                    c: self.word(at + 1)?,
                    fold: fold(op),
                    negate: matches!(op, 20 | 33 | 37 | 41),
                };
                (single, 2)
            }
            13 | 31 | 35 | 39 => {
                let next = self.target(at + 1)?;
                let (set, length) = Set::parse(self.code.get(at + 2..next)?)?;
                if at + 2 + length != next {
                    return None;
                }
                let set = Box::new(set);
                (
                    Single::Set {
                        set,
                        fold: fold(op),
                    },
                    2 + length,
                )
            }
            _ => return None,
        })
    }

    /// Reads what stands at an address; gives the next one. Targets are addresses for now.
    fn step(&mut self, at: usize) -> Option<usize> {
        self.starts.insert(at, self.insts.len());
        if let Some(next) = self.arms.remove(&at) {
            return self.arm(at, next);
        }
        if let Some(closer) = self.closers.remove(&at) {
            return self.close(at, &closer);
        }
        let op = self.word(at)?;
        let next = match op {
            1 => {
                self.insts.push(Inst::Success);
                at + 1
            }
            4 | 5 => {
                let next = self.target(at + 1)?;
                self.closers.insert(next.checked_sub(1)?, Closer::Assert);
                let back = self.word(at + 2)? as usize;
                self.insts.push(Inst::Assert {
                    back,
                    negate: op == 5,
                    next,
                });
                at + 3
            }
            6 => {
                self.insts
                    .push(Inst::At(self.word(at + 1).filter(|&n| n < 12)?));
                at + 2
            }
            7 => {
                self.branch(at + 1)?;
                at + 1
            }
            11 | 30 | 34 | 38 => {
                let group = self.group(at + 1)?;
                let fold = match op {
                    11 => Fold::Exact,
                    38 => Fold::Unicode,
                    _ => Fold::Ascii,
                };
                self.insts.push(Inst::GroupRef(group, fold));
                at + 2
            }
            12 => {
                let group = self.group(at + 1)?;
                // The skip counts from the group's number.
                let target = self.target(at + 2)?.checked_sub(1)?;
                self.insts.push(Inst::GroupRefExists(group, target));
                at + 3
            }
            15 => {
                let target = self.target(at + 1)?;
                self.insts.push(Inst::Jump(target));
                at + 2
            }
            17 => {
                let mark = self.word(at + 1)? as usize;
                if mark >= 2 * self.groups {
                    return None;
                }
                self.insts.push(Inst::Mark(mark));
                at + 2
            }
            23 | 28 => {
                let until = self.target(at + 1)?;
                let closer = Closer::Until {
                    min: self.word(at + 2)?,
                    max: self.word(at + 3)?,
                    body: at + 4,
                    op,
                };
                self.closers.insert(until, closer);
                self.insts.push(Inst::Repeat(until));
                at + 4
            }
            24 | 26 | 29 => return self.repeat_one(at, op),
            27 => {
                let next = self.target(at + 1)?;
                self.closers.insert(next.checked_sub(1)?, Closer::Atomic);
                self.insts.push(Inst::Atomic);
                at + 2
            }
            _ => {
                let (single, length) = self.single(at)?;
                self.insts.push(match single {
                    Single::Never => Inst::Fail,
                    single => Inst::Single(single),
                });
                at + length
            }
        };
        Some(next)
    }

    fn group(&self, at: usize) -> Option<usize> {
        let group = self.word(at)? as usize;
        (group < self.groups).then_some(group)
    }

    /// Notes the headers of all arms.
    fn branch(&mut self, mut at: usize) -> Option<()> {
        loop {
            let skip = self.word(at)? as usize;
            let next = if skip == 0 { at } else { self.target(at)? };
            if self.arms.insert(at, next).is_some() {
                return None;
            }
            if skip == 0 {
                return Some(());
            }
            at = next;
        }
    }

    /// The header of an arm: an alternative unless it is the last one.
    fn arm(&mut self, at: usize, next: usize) -> Option<usize> {
        if next == at {
            self.insts.push(Inst::Fail);
        } else if self.word(next)? != 0 {
            self.insts.push(Inst::Split(next));
        }
        Some(at + 1)
    }

    fn repeat_one(&mut self, at: usize, op: u32) -> Option<usize> {
        let next = self.target(at + 1)?;
        let (item, length) = self.single(at + 4)?;
        if at + 4 + length + 1 != next || self.word(next - 1)? != 1 {
            return None;
        }
        self.insts.push(Inst::RepeatOne {
            min: self.word(at + 2)?,
            max: self.word(at + 3)?,
            item,
            mode: match op {
                24 => Mode::Greedy,
                26 => Mode::Lazy,
                _ => Mode::Possessive,
            },
        });
        Some(next)
    }

    fn close(&mut self, at: usize, closer: &Closer) -> Option<usize> {
        let op = self.word(at)?;
        self.insts.push(match *closer {
            Closer::Assert if op == 1 => Inst::AssertEnd,
            Closer::Atomic if op == 1 => Inst::AtomicEnd,
            Closer::Until {
                min,
                max,
                body,
                op: 28,
            } if op == 1 => Inst::Possessive { min, max, body },
            Closer::Until {
                min,
                max,
                body,
                op: 23,
            } if op == 18 || op == 19 => Inst::Until {
                min,
                max,
                body,
                greedy: op == 18,
            },
            _ => return None,
        });
        Some(at + 1)
    }

    /// Turns addresses into indices.
    fn resolve(&mut self) -> Option<()> {
        if !self.closers.is_empty() || !self.arms.is_empty() {
            return None;
        }
        for inst in &mut self.insts {
            match inst {
                Inst::Jump(target)
                | Inst::Split(target)
                | Inst::GroupRefExists(_, target)
                | Inst::Repeat(target)
                | Inst::Until { body: target, .. }
                | Inst::Possessive { body: target, .. }
                | Inst::Assert { next: target, .. } => *target = *self.starts.get(target)?,
                _ => {}
            }
        }
        Some(())
    }
}
