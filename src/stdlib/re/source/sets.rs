//! Character sets: made compact, and written.
//!
//! CPython 3.11: `_optimize_charset`, `_compile_charset` in `Lib/re/_compiler.py`.

use super::emit::op;
use super::tree::Member;
use super::{IGNORECASE, UNICODE};
use base::unicode::case;

/// How case is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// ASCII letters are folded.
    Ascii,
    /// By Unicode. Only ASCII characters are folded here.
    Unicode,
}

impl Folding {
    /// What flags ask for.
    pub fn of(flags: u32) -> Option<Folding> {
        match (flags & IGNORECASE != 0, flags & UNICODE != 0) {
            (false, _) => None,
            (true, false) => Some(Folding::Ascii),
            (true, true) => Some(Folding::Unicode),
        }
    }

    /// Whether this folding is understood here for a character.
    pub fn knows(self, c: u32) -> bool {
        self == Folding::Ascii || c < 128
    }

    /// Whether a character has another case (`_sre.unicode_iscased`, `_sre.ascii_iscased`).
    pub fn is_cased(self, c: u32) -> bool {
        match self {
            Folding::Ascii => u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic()),
            Folding::Unicode => case::simple_lower(c) != c || case::simple_upper(c) != c,
        }
    }

    /// The character in lower case.
    pub fn lower(self, c: u32) -> u32 {
        if (65..=90).contains(&c) { c + 32 } else { c }
    }

    /// The other character that has the same upper case as this ASCII one in lower case (`_EXTRA_CASES`).
    pub fn twin(self, c: u32) -> Option<u32> {
        match (self, u8::try_from(c)) {
            (Folding::Unicode, Ok(b'i')) => Some(0x131),
            (Folding::Unicode, Ok(b's')) => Some(0x17f),
            _ => None,
        }
    }
}

/// The characters of a set below a limit.
struct Map {
    has: Vec<bool>,
}

/// A character beyond the map.
struct Beyond;

impl Map {
    const BMP: usize = 1 << 16;

    fn mark(&mut self, c: u32) -> Result<(), Beyond> {
        let place = self.has.get_mut(c as usize).ok_or(Beyond)?;
        *place = true;
        Ok(())
    }

    fn mark_folded(&mut self, c: u32, folding: Option<Folding>) -> Result<(), Beyond> {
        let Some(folding) = folding else {
            return self.mark(c);
        };
        let lower = folding.lower(c);
        self.mark(lower)?;
        match folding.twin(lower) {
            Some(twin) => self.mark(twin),
            None => Ok(()),
        }
    }

    /// Marks a member; `false` if it is none that can be marked.
    fn add(&mut self, member: Member, folding: Option<Folding>) -> Result<bool, Beyond> {
        match member {
            Member::Literal(c) => self.mark_folded(c, folding)?,
            Member::Range(low, high) => {
                for c in low..=high {
                    self.mark_folded(c, folding)?;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The first runs of characters, as ends, and whether there are more than two.
    fn runs(&self) -> (Vec<(u32, u32)>, bool) {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        let mut from = 0;
        while let Some(start) = find(&self.has, from, true) {
            if runs.len() == 2 {
                return (runs, true);
            }
            let end = find(&self.has, start, false).unwrap_or(self.has.len());
            runs.push((start as u32, end as u32 - 1));
            from = end;
        }
        (runs, false)
    }
}

fn find(has: &[bool], from: usize, wanted: bool) -> Option<usize> {
    has[from..]
        .iter()
        .position(|&has| has == wanted)
        .map(|at| at + from)
}

/// A set as it is written.
pub struct Compact {
    /// Members that stand for themselves, before the map and behind it.
    before: Vec<Member>,
    map: Option<Vec<bool>>,
    after: Vec<Member>,
    /// Whether case matters.
    pub has_cased: bool,
}

/// Finds the short form of a set; `None` if case is to be ignored of characters for which this is not known here.
pub fn optimize(members: &[Member], folding: Option<Folding>) -> Option<Compact> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut map = Map {
        has: vec![false; 256],
    };
    let mut has_cased = false;
    for &member in members {
        if let Some(folding) = folding {
            let highest = match member {
                Member::Literal(c) | Member::Range(_, c) => c,
                _ => 0,
            };
            if !folding.knows(highest) {
                return None;
            }
        }
        if member == Member::Negate {
            before.push(member);
            continue;
        }
        let mut added = map.add(member, folding);
        if added.is_err() && map.has.len() < Map::BMP {
            map.has.resize(Map::BMP, false);
            added = map.add(member, folding);
        }
        match added {
            Ok(true) => {
                has_cased = has_cased || folding.is_some_and(|folding| is_cased(member, folding));
            }
            Ok(false) => after.push(member),
            Err(Beyond) => {
                has_cased |= folding.is_some();
                after.push(match member {
                    Member::Range(low, high) if folding.is_some() => {
                        Member::RangeIgnoringCase(low, high)
                    }
                    member => member,
                });
            }
        }
    }
    let (runs, has_more) = map.runs();
    if has_more {
        return Some(Compact {
            before,
            map: Some(map.has),
            after,
            has_cased,
        });
    }
    before.extend(runs.into_iter().map(|(low, high)| {
        if low == high {
            Member::Literal(low)
        } else {
            Member::Range(low, high)
        }
    }));
    before.append(&mut after);
    if !has_cased && before.len() >= members.len() {
        before = members.to_vec();
    }
    Some(Compact {
        before,
        map: None,
        after,
        has_cased,
    })
}

/// Whether a character of a member has another case.
pub fn is_cased(member: Member, folding: Folding) -> bool {
    match member {
        Member::Literal(c) => folding.is_cased(c),
        Member::Range(low, high) => (low..=high).any(|c| folding.is_cased(c)),
        _ => false,
    }
}

impl Compact {
    /// Writes the set, with the end.
    pub fn write(&self, flags: u32, code: &mut Vec<u32>) {
        write_members(&self.before, flags, code);
        if let Some(map) = &self.map {
            write_map(map, code);
        }
        write_members(&self.after, flags, code);
        code.push(op::FAILURE);
    }
}

fn write_members(members: &[Member], flags: u32, code: &mut Vec<u32>) {
    for &member in members {
        match member {
            Member::Negate => code.push(op::NEGATE),
            Member::Literal(c) => code.extend([op::LITERAL, c]),
            Member::Range(low, high) => code.extend([op::RANGE, low, high]),
            Member::RangeIgnoringCase(low, high) => {
                code.extend([op::RANGE_UNI_IGNORE, low, high]);
            }
            Member::Category(category) => code.extend([op::CATEGORY, with_type(category, flags)]),
        }
    }
}

/// The category that the flags make of a category.
fn with_type(category: u32, flags: u32) -> u32 {
    if flags & UNICODE != 0 {
        category + 10
    } else {
        category
    }
}

/// 256 characters as bits.
fn bits(chunk: &[bool]) -> impl Iterator<Item = u32> + '_ {
    chunk.chunks(32).map(|word| {
        word.iter()
            .rev()
            .fold(0, |bits, &has| bits << 1 | u32::from(has))
    })
}

/// A bitmap of 256 characters; or, for the BMP, numbers of blocks and each different block once.
fn write_map(map: &[bool], code: &mut Vec<u32>) {
    if map.len() == 256 {
        code.push(op::CHARSET);
        code.extend(bits(map));
        return;
    }
    let mut blocks: Vec<&[bool]> = Vec::new();
    let numbers: Vec<u8> = map
        .chunks(256)
        .map(|chunk| {
            let known = blocks.iter().position(|block| *block == chunk);
            known.unwrap_or_else(|| {
                blocks.push(chunk);
                blocks.len() - 1
            }) as u8
        })
        .collect();
    code.extend([op::BIGCHARSET, blocks.len() as u32]);
    code.extend(
        numbers
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])),
    );
    for block in blocks {
        code.extend(bits(block));
    }
}
