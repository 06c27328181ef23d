//! Unicode 3.2.0 as differences from the current tables: `unicodedata.ucd_3_2_0`, which IDNA and `stringprep` are bound to.
//!
//! CPython 3.11: Modules/unicodedata.c (`get_change_3_2_0`, `normalization_3_2_0`).

use crate::unicode_tables as tables;
use crate::unicode_tables::OldRecord;

/// The properties of a character in Unicode 3.2.0 where they differ from those in [`super`].
pub fn old_record(c: u32) -> Option<&'static OldRecord> {
    let after = tables::OLD_RANGES.partition_point(|&(first, _, _)| first <= c);
    let (_, last, index) = *tables::OLD_RANGES.get(after.checked_sub(1)?)?;
    if c <= last {
        Some(&tables::OLD_RECORDS[index as usize])
    } else {
        None
    }
}

/// `ucd_3_2_0.category`.
pub fn category(c: u32) -> &'static str {
    old_record(c).map_or_else(
        || super::category(c),
        |r| tables::CATEGORY_NAMES[usize::from(r.database.category)],
    )
}

/// `ucd_3_2_0.bidirectional`.
pub fn bidirectional(c: u32) -> &'static str {
    old_record(c).map_or_else(
        || super::bidirectional(c),
        |r| tables::BIDIRECTIONAL_NAMES[usize::from(r.database.bidirectional)],
    )
}

/// `ucd_3_2_0.combining`.
pub fn combining(c: u32) -> u8 {
    old_record(c).map_or_else(|| super::combining(c), |r| r.database.combining)
}

/// `ucd_3_2_0.east_asian_width`.
pub fn east_asian_width(c: u32) -> &'static str {
    old_record(c).map_or_else(
        || super::east_asian_width(c),
        |r| tables::EAST_ASIAN_WIDTH_NAMES[usize::from(r.database.east_asian_width)],
    )
}

/// `ucd_3_2_0.mirrored`.
pub fn is_mirrored(c: u32) -> bool {
    old_record(c).map_or_else(|| super::is_mirrored(c), |r| r.database.mirrored)
}

/// `ucd_3_2_0.decimal`.
pub fn decimal(c: u32) -> Option<u8> {
    old_record(c).map_or_else(|| super::decimal(c), |r| super::none_if_255(r.decimal))
}

/// `ucd_3_2_0.digit`.
pub fn digit(c: u32) -> Option<u8> {
    old_record(c).map_or_else(|| super::digit(c), |r| super::none_if_255(r.digit))
}

/// `ucd_3_2_0.numeric`.
pub fn numeric(c: u32) -> Option<f64> {
    old_record(c).map_or_else(
        || super::numeric(c),
        |r| Some(r.numeric).filter(|&n| n >= 0.0),
    )
}

/// `ucd_3_2_0.decomposition`.
pub fn decomposition(c: u32) -> String {
    if is_unassigned(c) {
        String::new()
    } else {
        super::decomposition(c)
    }
}

/// Whether the character was unassigned in Unicode 3.2.0.
pub fn is_unassigned(c: u32) -> bool {
    category(c) == "Cn"
}

/// The canonical decomposition that Unicode 3.2.0 gave and that was corrected later.
pub(super) fn normalization(c: u32) -> Option<u32> {
    tables::OLD_NORMALIZATION
        .iter()
        .find(|&&(from, _)| from == c)
        .map(|&(_, to)| to)
}
