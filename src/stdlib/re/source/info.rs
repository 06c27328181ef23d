//! What is known of all matches, in front of the words.
//!
//! CPython 3.11: `_compile_info`, `_get_literal_prefix`, `_get_charset_prefix`, `_generate_overlap_table` in `Lib/re/_compiler.py`.

use super::emit::{combined, op};
use super::sets::{Folding, is_cased, optimize};
use super::tree::{Item, Member, Seq, Width, width};

/// `SRE_INFO_PREFIX`, `SRE_INFO_LITERAL`, `SRE_INFO_CHARSET`
const HAS_PREFIX: u32 = 1;
const IS_LITERAL: u32 = 2;
const HAS_CHARSET: u32 = 4;

/// The text that all matches begin with.
#[derive(Default)]
struct Prefix {
    text: Vec<u32>,
    /// How much of it stands before the first group.
    skip: Option<usize>,
    /// Whether it is the whole pattern.
    is_all: bool,
}

fn literal_prefix(seq: &Seq, flags: u32) -> Prefix {
    let mut prefix = Prefix::default();
    let folding = Folding::of(flags);
    for item in seq {
        match item {
            Item::Literal(c) if !folding.is_some_and(|folding| folding.is_cased(*c)) => {
                prefix.text.push(*c);
            }
            Item::Group(group) => {
                let inner =
                    literal_prefix(&group.body, combined(flags, group.added, group.removed));
                if prefix.skip.is_none() {
                    let before = prefix.text.len();
                    prefix.skip = match group.number {
                        Some(_) => Some(before),
                        None => inner.skip.map(|skip| skip + before),
                    };
                }
                prefix.text.extend(inner.text);
                if !inner.is_all {
                    return prefix;
                }
            }
            _ => return prefix,
        }
    }
    prefix.is_all = true;
    prefix
}

/// The set that the first characters of all matches are in.
fn charset_prefix(mut seq: &Seq, mut flags: u32) -> Option<Vec<Member>> {
    let item = loop {
        match seq.first()? {
            Item::Group(group) => {
                flags = combined(flags, group.added, group.removed);
                seq = &group.body;
            }
            item => break item,
        }
    };
    let folding = Folding::of(flags);
    let is_cased = |member| folding.is_some_and(|folding| is_cased(member, folding));
    let plain = |item: &Item| match item {
        Item::Literal(c) => Some(Member::Literal(*c)).filter(|&member| !is_cased(member)),
        _ => None,
    };
    match item {
        Item::Literal(_) => Some(vec![plain(item)?]),
        Item::Branch(arms) => arms.iter().map(|arm| plain(arm.first()?)).collect(),
        Item::In(members) => {
            let is_usable = |&member: &Member| {
                let is_wide = matches!(member, Member::Range(_, high) if high > 0xffff);
                !(is_wide && folding.is_some() || is_cased(member))
            };
            members.iter().all(is_usable).then(|| members.clone())
        }
        _ => None,
    }
}

/// For each length of the prefix, how much of its end is its beginning.
fn overlaps(prefix: &[u32]) -> Vec<u32> {
    let mut table = vec![0u32; prefix.len()];
    for at in 1..prefix.len() {
        let mut length = table[at - 1] as usize;
        while length > 0 && prefix[at] != prefix[length] {
            length = table[length - 1] as usize;
        }
        if prefix[at] == prefix[length] {
            table[at] = length as u32 + 1;
        }
    }
    table
}

/// Writes the block of a pattern.
pub fn write_info(
    seq: &Seq,
    widths: &[Option<Width>],
    flags: u32,
    code: &mut Vec<u32>,
) -> Option<()> {
    let width = width(seq, widths);
    let capped = |number: u128| u32::try_from(number).unwrap_or(u32::MAX);
    if width.min == 0 {
        code.extend([op::INFO, 4, 0, 0, capped(width.max)]);
        return Some(());
    }
    let prefix = literal_prefix(seq, flags);
    let charset = if prefix.text.is_empty() {
        charset_prefix(seq, flags).filter(|charset| !charset.is_empty())
    } else {
        None
    };
    let mask = match (&charset, prefix.text.is_empty()) {
        (_, false) if prefix.skip.is_none() && prefix.is_all => HAS_PREFIX | IS_LITERAL,
        (_, false) => HAS_PREFIX,
        (Some(_), true) => HAS_CHARSET,
        (None, true) => 0,
    };
    let start = code.len() + 1;
    code.extend([op::INFO, 0, mask, capped(width.min), capped(width.max)]);
    if !prefix.text.is_empty() {
        let length = prefix.text.len();
        code.extend([length as u32, prefix.skip.unwrap_or(length) as u32]);
        code.extend_from_slice(&prefix.text);
        code.extend(overlaps(&prefix.text));
    } else if let Some(charset) = charset {
        optimize(&charset, None)?.write(flags, code);
    }
    code[start] = (code.len() - start) as u32;
    Some(())
}
