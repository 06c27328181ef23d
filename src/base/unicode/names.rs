//! Character names: `unicodedata.name`, `unicodedata.lookup` and `\N{...}`.
//!
//! A name is a list of words from a lexicon. The names stand in the order of their code points, front-coded: each begins
//! with a byte whose high half says how many words it shares with its predecessor and whose low half says how many bytes
//! of word numbers follow (15: the next byte says it). Every sixteenth name shares nothing, so that a block can be read
//! from its start. Frequent words take one byte, others two. Words are separated by a space unless the first ends with a
//! hyphen. For the way back, the numbers of the names are also stored in the order of their text, which a binary search
//! decodes as it goes: slower than CPython's hash table, but a third of its size.
//!
//! CPython 3.11: Modules/unicodedata.c (`_getucname`, `_getcode`).

use crate::unicode_name_tables as tables;

use super::old;

const BLOCK: usize = 16;

/// `unicodedata.name`.
pub fn name(c: u32) -> Option<String> {
    if (0xac00..=0xd7a3).contains(&c) {
        return Some(hangul_name(c - 0xac00));
    }
    for &(prefix, first, last) in &tables::ALGORITHMIC_NAMES {
        if (first..=last).contains(&c) {
            return Some(format!("{prefix}{c:04X}"));
        }
    }
    let after = tables::NAME_RANGES.partition_point(|&(first, _, _)| first <= c);
    let (first, last, number) = *tables::NAME_RANGES.get(after.checked_sub(1)?)?;
    if c > last {
        None
    } else {
        Some(name_of_number((number + c - first) as usize))
    }
}

/// `unicodedata.ucd_3_2_0.name`.
pub fn name_3_2_0(c: u32) -> Option<String> {
    if old::is_unassigned(c) { None } else { name(c) }
}

/// The character of this name or alias, for `\N{...}`; case matters only for Hangul syllables and unified ideographs.
pub fn lookup(text: &str) -> Option<u32> {
    if let Some(syllable) = text.strip_prefix("HANGUL SYLLABLE ") {
        return hangul_lookup(syllable);
    }
    if let Some(digits) = text.strip_prefix("CJK UNIFIED IDEOGRAPH-") {
        let c = parse_hex(digits)?;
        return if name(c)?.starts_with("CJK UNIFIED") {
            Some(c)
        } else {
            None
        };
    }
    if text.len() > NAME_LENGTH_MAX || !text.is_ascii() {
        return None;
    }
    let wanted = text.to_ascii_uppercase();
    for &(prefix, first, last) in &tables::ALGORITHMIC_NAMES {
        if prefix.starts_with("CJK UNIFIED") {
            continue;
        }
        if let Some(c) = wanted.strip_prefix(prefix).and_then(parse_hex) {
            if (first..=last).contains(&c) && wanted.ends_with(&format!("-{c:04X}")) {
                return Some(c);
            }
        }
    }
    let found = tables::NAMES_SORTED
        .binary_search_by(|&number| name_of_number(usize::from(number)).as_str().cmp(&wanted));
    match found {
        Ok(at) => Some(code_of_number(u32::from(tables::NAMES_SORTED[at]))),
        Err(_) => {
            let line = find_line(tables::ALIASES, &wanted)?;
            u32::from_str_radix(line, 16).ok()
        }
    }
}

/// `unicodedata.lookup`: as [`lookup`], and named sequences too.
pub fn lookup_with_sequences(text: &str) -> Option<Vec<u32>> {
    if let Some(c) = lookup(text) {
        return Some(vec![c]);
    }
    if text.len() > NAME_LENGTH_MAX || !text.is_ascii() {
        return None;
    }
    let line = find_line(tables::NAMED_SEQUENCES, &text.to_ascii_uppercase())?;
    line.split(' ')
        .map(|hex| u32::from_str_radix(hex, 16).ok())
        .collect()
}

/// `unicodedata.ucd_3_2_0.lookup`: without aliases and sequences, and for characters assigned then.
pub fn lookup_3_2_0(text: &str) -> Option<u32> {
    lookup(text).filter(|&c| name_3_2_0(c).is_some_and(|n| n.eq_ignore_ascii_case(text)))
}

/// CPython's `NAME_MAXLEN`.
const NAME_LENGTH_MAX: usize = 256;

/// Four or five upper-case hexadecimal digits.
fn parse_hex(digits: &str) -> Option<u32> {
    let is_hex = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
    if !(4..=5).contains(&digits.len()) || !digits.bytes().all(is_hex) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

/// What follows `NAME;` in a table of lines.
fn find_line(table: &'static [u8], name: &str) -> Option<&'static str> {
    if name.contains([';', '\n']) {
        return None;
    }
    let key = format!("\n{name};");
    let start = memchr::memmem::find(table, key.as_bytes())? + key.len();
    let length = memchr::memchr(b'\n', &table[start..])?;
    std::str::from_utf8(&table[start..start + length]).ok()
}

fn code_of_number(number: u32) -> u32 {
    let after = tables::NAME_RANGES.partition_point(|&(_, _, first_number)| first_number <= number);
    let (first, _, first_number) = tables::NAME_RANGES[after - 1];
    first + (number - first_number)
}

fn name_of_number(number: usize) -> String {
    let mut at = tables::NAME_BLOCKS[number / BLOCK] as usize;
    let mut words: Vec<u16> = Vec::with_capacity(16);
    for _ in 0..=number % BLOCK {
        let header = tables::NAMES[at];
        at += 1;
        let mut length = usize::from(header & 15);
        if length == 15 {
            length = usize::from(tables::NAMES[at]);
            at += 1;
        }
        words.truncate(usize::from(header >> 4));
        let end = at + length;
        while at < end {
            let byte = usize::from(tables::NAMES[at]);
            at += 1;
            let word = match byte.checked_sub(tables::ONE_BYTE_WORDS) {
                None => byte,
                Some(high) => {
                    let low = usize::from(tables::NAMES[at]);
                    at += 1;
                    tables::ONE_BYTE_WORDS + (high << 8 | low)
                }
            };
            words.push(word as u16);
        }
    }
    let mut out = String::with_capacity(40);
    for word in words {
        if !out.is_empty() && !out.ends_with('-') {
            out.push(' ');
        }
        push_word(usize::from(word), &mut out);
    }
    out
}

fn push_word(word: usize, out: &mut String) {
    let mut at = tables::LEXICON_OFFSETS[word / BLOCK] as usize;
    for _ in 0..word % BLOCK {
        at += 1 + usize::from(tables::LEXICON[at]);
    }
    let length = usize::from(tables::LEXICON[at]);
    out.extend(
        tables::LEXICON[at + 1..at + 1 + length]
            .iter()
            .map(|&b| char::from(b)),
    );
}

#[rustfmt::skip]
const HANGUL_L: [&str; 19] = [
    "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H",
];
#[rustfmt::skip]
const HANGUL_V: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU",
    "YI", "I",
];
#[rustfmt::skip]
const HANGUL_T: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS",
    "NG", "J", "C", "K", "T", "P", "H",
];

fn hangul_name(index: u32) -> String {
    let (l, v, t) = (index / 588, index % 588 / 28, index % 28);
    let part = |table: &[&'static str], i: u32| table[i as usize];
    format!(
        "HANGUL SYLLABLE {}{}{}",
        part(&HANGUL_L, l),
        part(&HANGUL_V, v),
        part(&HANGUL_T, t)
    )
}

/// The longest match for each of the three parts, in order.
fn hangul_lookup(text: &str) -> Option<u32> {
    let longest = |table: &[&str], text: &str| {
        (0..table.len())
            .filter(|&i| text.starts_with(table[i]))
            .max_by_key(|&i| table[i].len())
    };
    let l = longest(&HANGUL_L, text)?;
    let text = &text[HANGUL_L[l].len()..];
    let v = longest(&HANGUL_V, text)?;
    let text = &text[HANGUL_V[v].len()..];
    let t = longest(&HANGUL_T, text)?;
    if HANGUL_T[t].len() != text.len() {
        return None;
    }
    Some(0xac00 + (l as u32 * 21 + v as u32) * 28 + t as u32)
}
