//! Normalisation forms NFC, NFD, NFKC, NFKD and their quick checks.
//!
//! Decompose fully, order combining marks by class (a stable sort of each run), then for the C forms compose each starter
//! with the marks that are not blocked. CPython orders marks by insertion, which is quadratic on hostile input; a stable sort
//! gives the same result.
//!
//! CPython 3.11: Modules/unicodedata.c (`nfd_nfkd`, `nfc_nfkc`, `is_normalized_quickcheck`).

use super::{combining, decomposition_record, old, type_record};
use crate::unicode_tables as tables;

/// A normalisation form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Nfc,
    Nfkc,
    Nfd,
    Nfkd,
}

impl Form {
    /// The form that `unicodedata.normalize` knows under this name.
    pub fn from_name(name: &str) -> Option<Form> {
        match name {
            "NFC" => Some(Form::Nfc),
            "NFKC" => Some(Form::Nfkc),
            "NFD" => Some(Form::Nfd),
            "NFKD" => Some(Form::Nfkd),
            _ => None,
        }
    }

    fn is_compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    fn is_composed(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }
}

/// Answer of [`quick_check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickCheck {
    Yes,
    Maybe,
    No,
}

/// Whether the text is certainly, certainly not, or perhaps in the form already.
pub fn quick_check<U: Copy + Into<u32>>(text: &[U], form: Form) -> QuickCheck {
    let (no, maybe) = match form {
        Form::Nfd => (tables::NFD_NO, 0),
        Form::Nfkd => (tables::NFKD_NO, 0),
        Form::Nfc => (tables::NFC_NO, tables::NFC_MAYBE),
        Form::Nfkc => (tables::NFKC_NO, tables::NFC_MAYBE),
    };
    let mut result = QuickCheck::Yes;
    let mut previous_class = 0;
    for &c in text {
        let c = c.into();
        if c < 0xa0 {
            previous_class = 0;
            continue;
        }
        let class = combining(c);
        if class != 0 && previous_class > class {
            return QuickCheck::No;
        }
        previous_class = class;
        let flags = type_record(c).flags;
        if flags & no != 0 {
            return QuickCheck::No;
        }
        if flags & maybe != 0 {
            result = QuickCheck::Maybe;
        }
    }
    result
}

/// `unicodedata.is_normalized`.
pub fn is_normalized<U: Copy + Into<u32>>(text: &[U], form: Form) -> bool {
    match quick_check(text, form) {
        QuickCheck::Yes => true,
        QuickCheck::No => false,
        QuickCheck::Maybe => {
            let normal = normalize(text, form);
            normal.len() == text.len()
                && normal
                    .iter()
                    .zip(text)
                    .all(|(&left, &right)| left == right.into())
        }
    }
}

/// `unicodedata.normalize`, without the check whether there is anything to do.
pub fn normalize<U: Copy + Into<u32>>(text: &[U], form: Form) -> Vec<u32> {
    normalize_with(text, form, false)
}

/// `unicodedata.ucd_3_2_0.normalize`.
pub fn normalize_3_2_0<U: Copy + Into<u32>>(text: &[U], form: Form) -> Vec<u32> {
    normalize_with(text, form, true)
}

fn normalize_with<U: Copy + Into<u32>>(text: &[U], form: Form, is_old: bool) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len() + 10);
    for &c in text {
        decompose_into(c.into(), form.is_compatible(), is_old, &mut out);
    }
    order_marks(&mut out);
    if form.is_composed() {
        compose(&mut out);
    }
    out
}

const S_BASE: u32 = 0xac00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11a7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const N_COUNT: u32 = V_COUNT * T_COUNT;
const S_COUNT: u32 = L_COUNT * N_COUNT;

fn decompose_into(c: u32, compatible: bool, is_old: bool, out: &mut Vec<u32>) {
    if c < 0xa0 {
        out.push(c);
        return;
    }
    if (S_BASE..S_BASE + S_COUNT).contains(&c) {
        let index = c - S_BASE;
        out.push(L_BASE + index / N_COUNT);
        out.push(V_BASE + index % N_COUNT / T_COUNT);
        if index % T_COUNT != 0 {
            out.push(T_BASE + index % T_COUNT);
        }
        return;
    }
    if is_old {
        if let Some(corrected) = old::normalization(c) {
            // The old value may itself decompose, but it is never corrected again.
            return decompose_into(corrected, compatible, is_old, out);
        }
        if old::is_unassigned(c) {
            out.push(c);
            return;
        }
    }
    match decomposition_record(c) {
        Some((tag, characters)) if compatible || tag.is_empty() => {
            // Depth is bounded by the Unicode data (four at most).
            characters.for_each(|part| decompose_into(part, compatible, is_old, out));
        }
        _ => out.push(c),
    }
}

fn order_marks(text: &mut [u32]) {
    let mut i = 0;
    while i < text.len() {
        if combining(text[i]) == 0 {
            i += 1;
            continue;
        }
        let end = text[i..]
            .iter()
            .position(|&c| combining(c) == 0)
            .map_or(text.len(), |n| i + n);
        if end - i > 1 {
            text[i..end].sort_by_key(|&c| combining(c));
        }
        i = end;
    }
}

/// Compose in place: `starter` is where the last starter was written, `out` how much of the result stands.
fn compose(text: &mut Vec<u32>) {
    let mut starter: Option<usize> = None;
    let mut last_class = 0u8;
    let mut out = 0;
    for i in 0..text.len() {
        let c = text[i];
        let class = combining(c);
        if let Some(at) = starter {
            // Between the starter and `c` stand only marks that did not combine, in ascending order of class.
            let adjacent = out == at + 1;
            if adjacent || (class != 0 && last_class < class) {
                if let Some(composed) = compose_pair(text[at], c) {
                    text[at] = composed;
                    continue;
                }
            }
        }
        if class == 0 {
            starter = Some(out);
            last_class = 0;
        } else {
            last_class = class;
        }
        text[out] = c;
        out += 1;
    }
    text.truncate(out);
}

fn compose_pair(first: u32, second: u32) -> Option<u32> {
    if (L_BASE..L_BASE + L_COUNT).contains(&first) && (V_BASE..V_BASE + V_COUNT).contains(&second) {
        return Some(S_BASE + ((first - L_BASE) * V_COUNT + (second - V_BASE)) * T_COUNT);
    }
    let is_lv = (S_BASE..S_BASE + S_COUNT).contains(&first) && (first - S_BASE) % T_COUNT == 0;
    if is_lv && (T_BASE + 1..T_BASE + T_COUNT).contains(&second) {
        return Some(first + (second - T_BASE));
    }
    if type_record(second).flags & tables::NFC_MAYBE == 0 {
        return None;
    }
    tables::COMPOSITION_PAIRS
        .binary_search_by(|&(a, b, _)| (a, b).cmp(&(first, second)))
        .ok()
        .map(|found| tables::COMPOSITION_PAIRS[found].2)
}
