//! Case mappings, one character to up to three, and the context rule for the Greek final sigma.
//!
//! CPython 3.11: Objects/unicodectype.c (`_PyUnicode_ToLowerFull` and its siblings), Objects/unicodeobject.c
//! (`handle_capital_sigma`, `do_title`, `do_capitalize`, `do_swapcase`).

use super::{is_case_ignorable, is_cased, is_lower, is_title, is_upper, type_record};
use crate::unicode_tables as tables;

/// One to three characters, the result of a full case mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseMapping {
    characters: [u32; 3],
    length: u8,
}

impl CaseMapping {
    const fn one(c: u32) -> CaseMapping {
        CaseMapping {
            characters: [c, 0, 0],
            length: 1,
        }
    }

    /// The characters.
    #[inline]
    pub fn as_slice(&self) -> &[u32] {
        &self.characters[..usize::from(self.length)]
    }

    /// The first character: CPython's simple mapping.
    #[inline]
    pub fn first(&self) -> u32 {
        self.characters[0]
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Lower = 0,
    Upper = 1,
    Title = 2,
    Fold = 3,
}

#[inline]
fn map(c: u32, kind: Kind) -> CaseMapping {
    let record = type_record(c);
    if record.flags & tables::EXTENDED_CASE != 0 {
        return map_extended(record.lower as usize, kind);
    }
    let delta = match kind {
        Kind::Lower => record.lower,
        Kind::Upper => record.upper,
        Kind::Title => record.title,
        Kind::Fold => record.fold,
    };
    CaseMapping::one(c.wrapping_add_signed(delta))
}

#[cold]
fn map_extended(index: usize, kind: Kind) -> CaseMapping {
    let data = &tables::EXTENDED_CASE_DATA[index..];
    let lengths = &data[..4];
    let kind = kind as usize;
    let start = 4 + lengths[..kind]
        .iter()
        .map(|&n| usize::from(n))
        .sum::<usize>();
    let length = usize::from(lengths[kind]).min(3);
    let mut characters = [0; 3];
    for (slot, &unit) in characters.iter_mut().zip(&data[start..start + length]) {
        *slot = u32::from(unit);
    }
    CaseMapping {
        characters,
        length: length as u8,
    }
}

/// Full lower-case mapping, without context.
#[inline]
pub fn lower(c: u32) -> CaseMapping {
    map(c, Kind::Lower)
}

/// Full upper-case mapping.
#[inline]
pub fn upper(c: u32) -> CaseMapping {
    map(c, Kind::Upper)
}

/// Full title-case mapping.
#[inline]
pub fn title(c: u32) -> CaseMapping {
    map(c, Kind::Title)
}

/// Full case folding.
#[inline]
pub fn fold(c: u32) -> CaseMapping {
    map(c, Kind::Fold)
}

/// `Py_UNICODE_TOLOWER`: one character to one, as `re.IGNORECASE` uses it.
#[inline]
pub fn simple_lower(c: u32) -> u32 {
    lower(c).first()
}

/// `Py_UNICODE_TOUPPER`: one character to one.
#[inline]
pub fn simple_upper(c: u32) -> u32 {
    upper(c).first()
}

/// `Py_UNICODE_TOTITLE`: one character to one.
#[inline]
pub fn simple_title(c: u32) -> u32 {
    title(c).first()
}

const CAPITAL_SIGMA: u32 = 0x3a3;
const SMALL_SIGMA: u32 = 0x3c3;
const FINAL_SIGMA: u32 = 0x3c2;

/// The lower-case form of the capital sigma at `text[index]`: final at the end of a word.
fn lower_sigma<U: Copy + Into<u32>>(text: &[U], index: usize) -> u32 {
    let cased = |c: Option<u32>| c.is_some_and(is_cased);
    let before = text[..index]
        .iter()
        .rev()
        .map(|&c| c.into())
        .find(|&c| !is_case_ignorable(c));
    let after = || {
        text[index + 1..]
            .iter()
            .map(|&c| c.into())
            .find(|&c| !is_case_ignorable(c))
    };
    if cased(before) && !cased(after()) {
        FINAL_SIGMA
    } else {
        SMALL_SIGMA
    }
}

fn lower_at<U: Copy + Into<u32>>(text: &[U], index: usize, out: &mut Vec<u32>) {
    let c = text[index].into();
    if c == CAPITAL_SIGMA {
        out.push(lower_sigma(text, index));
    } else {
        out.extend_from_slice(lower(c).as_slice());
    }
}

/// `str.lower`.
pub fn to_lower<U: Copy + Into<u32>>(text: &[U]) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len());
    (0..text.len()).for_each(|i| lower_at(text, i, &mut out));
    out
}

/// `str.upper`.
pub fn to_upper<U: Copy + Into<u32>>(text: &[U]) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len());
    text.iter()
        .for_each(|&c| out.extend_from_slice(upper(c.into()).as_slice()));
    out
}

/// `str.casefold`.
pub fn to_casefold<U: Copy + Into<u32>>(text: &[U]) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len());
    text.iter()
        .for_each(|&c| out.extend_from_slice(fold(c.into()).as_slice()));
    out
}

/// `str.title`.
pub fn to_title<U: Copy + Into<u32>>(text: &[U]) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len());
    let mut previous_is_cased = false;
    for (i, &c) in text.iter().enumerate() {
        let c = c.into();
        if previous_is_cased {
            lower_at(text, i, &mut out);
        } else {
            out.extend_from_slice(title(c).as_slice());
        }
        previous_is_cased = is_cased(c);
    }
    out
}

/// `str.capitalize`.
pub fn to_capitalized<U: Copy + Into<u32>>(text: &[U]) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len());
    if let Some(&first) = text.first() {
        out.extend_from_slice(title(first.into()).as_slice());
    }
    (1..text.len()).for_each(|i| lower_at(text, i, &mut out));
    out
}

/// `str.swapcase`.
pub fn to_swapcase<U: Copy + Into<u32>>(text: &[U]) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len());
    for (i, &c) in text.iter().enumerate() {
        let c = c.into();
        if is_upper(c) {
            lower_at(text, i, &mut out);
        } else if is_lower(c) {
            out.extend_from_slice(upper(c).as_slice());
        } else {
            out.push(c);
        }
    }
    out
}

/// `str.islower` of a whole text.
pub fn is_lower_text<U: Copy + Into<u32>>(text: &[U]) -> bool {
    let mut cased = false;
    for &c in text {
        let c = c.into();
        if is_upper(c) || is_title(c) {
            return false;
        }
        cased |= is_lower(c);
    }
    cased
}

/// `str.isupper` of a whole text.
pub fn is_upper_text<U: Copy + Into<u32>>(text: &[U]) -> bool {
    let mut cased = false;
    for &c in text {
        let c = c.into();
        if is_lower(c) || is_title(c) {
            return false;
        }
        cased |= is_upper(c);
    }
    cased
}

/// `str.istitle` of a whole text.
pub fn is_title_text<U: Copy + Into<u32>>(text: &[U]) -> bool {
    let (mut cased, mut previous_is_cased) = (false, false);
    for &c in text {
        let c = c.into();
        let starts = is_upper(c) || is_title(c);
        if (starts && previous_is_cased) || (is_lower(c) && !previous_is_cased) {
            return false;
        }
        previous_is_cased = starts || is_lower(c);
        cased |= previous_is_cased;
    }
    cased
}
