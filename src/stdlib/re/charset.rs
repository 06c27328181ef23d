//! Character classes, and tests of a single character.
//!
//! CPython 3.11: `SRE(charset)`, `sre_category` in `Modules/_sre/`.

use base::unicode::{self, case};
use std::sync::OnceLock;

/// How characters are folded before they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Not at all.
    Exact,
    /// ASCII letters to lower case; also what the locale of the C library gives outside Unicode.
    Ascii,
    /// To lower case by Unicode.
    Unicode,
}

impl Fold {
    /// The folded character.
    #[inline(always)]
    pub fn apply(self, c: u32) -> u32 {
        match self {
            Fold::Exact => c,
            Fold::Ascii => ascii_lower(c),
            Fold::Unicode => case::simple_lower(c),
        }
    }
}

/// ASCII letters in lower case.
#[inline(always)]
pub fn ascii_lower(c: u32) -> u32 {
    if (65..=90).contains(&c) { c + 32 } else { c }
}

fn is_ascii_space(c: u32) -> bool {
    c == 32 || (9..=13).contains(&c)
}

fn is_ascii_word(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether the character is a word character by Unicode.
pub fn is_unicode_word(c: u32) -> bool {
    unicode::is_alnum(c) || c == 95
}

/// Whether the character is in a category, by its number in `re._constants`.
pub fn in_category(category: u32, c: u32) -> bool {
    let found = match category & !1 {
        0 => (48..=57).contains(&c),
        2 => is_ascii_space(c),
        4 | 8 => is_ascii_word(c),
        6 => c == 10,
        10 => unicode::is_decimal(c),
        12 => unicode::is_space(c),
        14 => is_unicode_word(c),
        _ => unicode::is_line_break(c),
    };
    found != (category & 1 == 1)
}

/// One member of a class.
#[derive(Debug)]
enum Member {
    Literal(u32),
    Range(u32, u32),
    RangeIgnore(u32, u32),
    Category(u32),
    /// A bitmap of 256 characters.
    Bits([u32; 8]),
    /// A bitmap in blocks of 256 characters.
    Blocks(Vec<u8>, Vec<u32>),
}

impl Member {
    /// The characters below 256, as bits.
    fn low_bits(&self) -> [u64; 4] {
        let joined = |words: &[u32]| {
            let mut bits = [0; 4];
            for (place, pair) in words.chunks_exact(2).take(4).enumerate() {
                bits[place] = u64::from(pair[0]) | u64::from(pair[1]) << 32;
            }
            bits
        };
        match self {
            Member::Literal(c) => bits_of(*c..=(*c).min(255)),
            Member::Range(low, high) => bits_of(*low..=(*high).min(255)),
            Member::Category(category) => category_bits(*category),
            Member::Bits(words) => joined(words),
            Member::Blocks(indices, words) => {
                let start = indices.first().map_or(0, |&block| usize::from(block) * 8);
                words.get(start..start + 8).map_or([0; 4], joined)
            }
            Member::RangeIgnore(..) => bits_of((0..256).filter(|&c| self.contains(c))),
        }
    }

    fn contains(&self, c: u32) -> bool {
        let bit = |words: &[u32]| words[(c >> 5 & 7) as usize] >> (c & 31) & 1 != 0;
        match self {
            Member::Literal(wanted) => c == *wanted,
            Member::Range(low, high) => (*low..=*high).contains(&c),
            Member::RangeIgnore(low, high) => {
                (*low..=*high).contains(&c) || (*low..=*high).contains(&case::simple_upper(c))
            }
            Member::Category(category) => in_category(*category, c),
            Member::Bits(words) => c < 256 && bit(words),
            Member::Blocks(indices, words) => {
                let Some(&block) = indices.get((c >> 8) as usize) else {
                    return false;
                };
                let start = usize::from(block) * 8;
                words.get(start..start + 8).is_some_and(bit)
            }
        }
    }
}

/// Characters below 256 as bits.
fn bits_of(characters: impl Iterator<Item = u32>) -> [u64; 4] {
    let mut bits = [0; 4];
    for c in characters {
        bits[(c >> 6) as usize] |= 1 << (c & 63);
    }
    bits
}

/// The characters below 256 of a category.
fn category_bits(category: u32) -> [u64; 4] {
    static BITS: [OnceLock<[u64; 4]>; 18] = [const { OnceLock::new() }; 18];
    let found = || bits_of((0..256).filter(|&c| in_category(category, c)));
    match BITS.get(category as usize) {
        Some(bits) => *bits.get_or_init(found),
        None => found(),
    }
}

/// A character class.
#[derive(Debug, Default)]
pub struct Set {
    /// Members with the truth they give; the first that contains the character decides.
    members: Vec<(bool, Member)>,
    /// What a character gives that no member contains.
    otherwise: bool,
    /// The answers for characters below 256.
    table: [u64; 4],
}

impl Set {
    /// Reads the members at the start of the code up to the final FAILURE; gives the set and its length in words.
    pub fn parse(code: &[u32]) -> Option<(Set, usize)> {
        let mut set = Set::default();
        let mut truth = true;
        let mut at = 0;
        loop {
            let op = *code.get(at)?;
            let word = |n: usize| code.get(at + n).copied();
            let (member, length) = match op {
                0 => break,
                21 => {
                    truth = !truth;
                    at += 1;
                    continue;
                }
                16 => (Member::Literal(word(1)?), 2),
                22 => (Member::Range(word(1)?, word(2)?), 3),
                42 => (Member::RangeIgnore(word(1)?, word(2)?), 3),
                8 => (
                    Member::Category(word(1).filter(|&category| category < 18)?),
                    2,
                ),
                9 => {
                    let words = code.get(at + 1..at + 9)?;
                    (Member::Bits(words.try_into().ok()?), 9)
                }
                10 => {
                    let count = word(1)? as usize;
                    let indices = code.get(at + 2..at + 66)?;
                    let indices: Vec<u8> =
                        indices.iter().flat_map(|word| word.to_le_bytes()).collect();
                    let length = count.checked_mul(8)?.checked_add(66)?;
                    let words = code.get(at + 66..at.checked_add(length)?)?;
                    if indices.iter().any(|&block| usize::from(block) >= count) {
                        return None;
                    }
                    (Member::Blocks(indices, words.to_vec()), length)
                }
                _ => return None,
            };
            set.members.push((truth, member));
            at += length;
        }
        set.otherwise = !truth;
        if set.otherwise {
            set.table = [u64::MAX; 4];
        }
        // The first member that has a character decides, so it comes last.
        for (truth, member) in set.members.iter().rev() {
            for (word, bits) in set.table.iter_mut().zip(member.low_bits()) {
                *word = if *truth { *word | bits } else { *word & !bits };
            }
        }
        Some((set, at + 1))
    }

    fn look_up(&self, c: u32) -> bool {
        let found = self.members.iter().find(|(_, member)| member.contains(c));
        found.map_or(self.otherwise, |(truth, _)| *truth)
    }

    /// Whether the character is in the class.
    #[inline(always)]
    pub fn contains(&self, c: u32) -> bool {
        if c < 256 {
            self.table[(c >> 6) as usize] >> (c & 63) & 1 != 0
        } else {
            self.look_up(c)
        }
    }
}

/// A test of one character.
#[derive(Debug)]
pub enum Single {
    /// Anything but a newline.
    Any,
    /// Anything.
    AnyAll,
    /// Nothing.
    Never,
    /// One character.
    Literal {
        /// The folded character.
        c: u32,
        /// How the text is folded.
        fold: Fold,
        /// Whether every other character matches instead.
        negate: bool,
    },
    /// A class.
    Set {
        /// The class.
        set: Box<Set>,
        /// How the text is folded.
        fold: Fold,
    },
    /// A category.
    Category(u32),
}

impl Single {
    /// Whether the character passes.
    #[inline(always)]
    pub fn test(&self, c: u32) -> bool {
        match self {
            Single::Literal {
                c: wanted,
                fold,
                negate,
            } => (fold.apply(c) == *wanted) != *negate,
            Single::Set { set, fold } => set.contains(fold.apply(c)),
            Single::Any => c != 10,
            Single::AnyAll => true,
            Single::Never => false,
            Single::Category(category) => in_category(*category, c),
        }
    }
}
